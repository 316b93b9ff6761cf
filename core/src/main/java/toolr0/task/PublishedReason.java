package toolr0.task;

import java.util.Locale;

/** Why the published dataset construction drops a completion (method section 5.1). */
public enum PublishedReason {
  /** The completion is blank. */
  EMPTY_OUTPUT,
  /** A CJK ideograph stands somewhere in the completion. */
  CONTAINS_CJK,
  /** The completion holds a block of the prompt's template. */
  PLACEHOLDER_OR_PROMPT_ECHO,
  /** A block is missing. */
  MISSING_TAGS,
  /** The question is too short to be one or holds a phrase of the prompt. */
  PLACEHOLDER_QUESTION,
  TOOLS_JSON_PARSE_FAIL,
  TOOLS_NOT_LIST_OR_EMPTY,
  TOOL_NOT_OBJECT,
  /** A tool's own {@code required} is neither null nor a list of strings. */
  TOOL_REQUIRED_NOT_LIST_OF_STRINGS,
  /** A tool's name is no text, is empty, says nothing or is one or two letters. */
  BAD_TOOL_NAME,
  DUPLICATE_TOOL_NAME,
  TOOL_MISSING_OR_SHORT_DESCRIPTION,
  /** A tool's {@code parameters} are no object or an empty one. */
  TOOL_MISSING_PARAMETERS,
  /** A JSON schema's {@code properties} are no object. */
  TOOL_PARAMETERS_MISSING_PROPERTIES,
  TOOL_PARAMETERS_EMPTY_PROPERTIES,
  /** A property of a JSON schema is no object. */
  TOOL_PARAMETERS_BAD_PROPERTY_SPEC,
  /** A parameter's type is none of the flat types. */
  TOOL_PARAMETERS_NONPRIMITIVE_TYPE,
  /** A flat parameter is neither a text nor an object. */
  TOOL_PARAMETERS_BAD_ARG_SPEC,
  /** A flat parameter's object has no type. */
  TOOL_PARAMETERS_MISSING_ARG_TYPE,
  CALLS_JSON_PARSE_FAIL,
  CALLS_NOT_LIST_OR_EMPTY,
  CALL_NOT_OBJECT,
  /** A call has no name or the name of no tool. */
  CALL_TOOL_NAME_UNKNOWN,
  CALL_ARGS_NOT_OBJECT,
  /** An argument's value is a list or an object. */
  CALL_NESTED_ARGUMENTS,
  /** The {@code required} that counts for a call is neither null nor a list of strings. */
  REQUIRED_FIELD_MALFORMED,
  CALL_MISSING_REQUIRED_ARG,
  QUESTION_TOO_SHORT,
  /** The question holds a phrase of requests that need no tool. */
  LIKELY_NO_TOOL_NEEDED,
  /** The question asks for a fact, and its one call has at most one argument. */
  TOO_TRIVIAL_SINGLE_CALL;

  /** The published spelling, for example "missing_tags". */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
