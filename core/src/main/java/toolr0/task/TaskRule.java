package toolr0.task;

import java.util.Locale;

/** A rule that a task can break; {@link TaskCheck} says what each means in figures. */
public enum TaskRule {
  /** The question is too short, or a placeholder, or repeats the prompt. */
  PLACEHOLDER_QUESTION,
  /** The question is shorter than the configured length. */
  SHORT_QUESTION,
  /** The question holds a tag or a call of the answer. */
  LEAKED_ANSWER,
  /** The question holds one of the phrases of requests that need no tool. */
  TRIVIAL_QUESTION,
  /** The question is written in Chinese characters. */
  CJK_TEXT,
  /**
   * A tool's name says nothing, or is not a word of letters, digits, dots, dashes and underscores.
   */
  TOOL_NAME,
  /** A tool's description is too short. */
  TOOL_DESCRIPTION,
  /** A tool has no parameters. */
  TOOL_WITHOUT_PARAMETERS,
  /** A parameter's type is none of the flat types. */
  PARAMETER_TYPE,
  /** The menu does not have the number of tools asked for. */
  TOOL_COUNT,
  /** The answer does not have the number of calls asked for. */
  CALL_COUNT,
  /** The question is a conversation though one request was asked for, or the other way round. */
  CONTEXT_TYPE,
  /** A call names a tool that is not in the menu. */
  UNKNOWN_TOOL,
  /** A call lacks a required argument. */
  MISSING_ARGUMENT,
  /** A call has an argument that its tool does not know. */
  UNKNOWN_ARGUMENT,
  /** An argument's value has another type than the tool states. */
  ARGUMENT_TYPE,
  /** An argument's value is not among those that the tool lists. */
  ARGUMENT_NOT_ALLOWED,
  /** An argument's value is a list or an object. */
  NESTED_ARGUMENT,
  /** An argument's value does not stand in the question. */
  UNGROUNDED_VALUE,
  /** Fewer values than configured stand in the question. */
  TOO_FEW_VALUES,
  /** The same call stands twice in the answer. */
  REPEATED_CALL,
  /** The answer says that no tool fits, but the question uses all the words of a tool's name. */
  TOOL_FITS;

  /** The spelling in reports and configuration, for example "unknown_tool". */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
