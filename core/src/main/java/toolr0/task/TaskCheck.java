package toolr0.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import toolr0.base.Text;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.Parameter;
import toolr0.tool.SchemaCheck;
import toolr0.tool.SchemaViolation;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;

/** Checks tasks against the rules of method section 5.1, mended as section 9 asks. */
public final class TaskCheck {
  private static final Pattern TOOL_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{2,63}");
  private static final Set<String> EMPTY_NAMES = Set.of("tool", "function", "api", "call");

  /** The types, lower case, whose values are neither lists nor objects. */
  static final Set<String> FLAT_TYPES =
      Set.of(
          "string",
          "str",
          "integer",
          "int",
          "number",
          "float",
          "double",
          "boolean",
          "bool",
          "date",
          "datetime");

  private final TaskCheckConfig config;

  public TaskCheck(TaskCheckConfig config) {
    this.config = config;
  }

  /** Every broken rule of a task that was written to a control spec; none when it is sound. */
  public List<TaskViolation> check(ControlSpec spec, Task task) {
    Found found = new Found();
    checkTask(task, found);
    if (task.tools().size() != spec.numTools()) {
      found.add(TaskRule.TOOL_COUNT, task.tools().size() + " tools instead of " + spec.numTools());
    }
    if (task.gold().size() != spec.numCalls()) {
      found.add(TaskRule.CALL_COUNT, task.gold().size() + " calls instead of " + spec.numCalls());
    }
    boolean conversation = SpecAdherence.isConversation(task.question());
    if (conversation != (spec.contextType() == ContextType.MULTI_TURN)) {
      found.add(
          TaskRule.CONTEXT_TYPE,
          "the question is " + (conversation ? "" : "not ") + "a conversation");
    }
    return List.copyOf(found.violations);
  }

  /** Every broken rule of a task that does not depend on a control spec. */
  public List<TaskViolation> check(Task task) {
    Found found = new Found();
    checkTask(task, found);
    return List.copyOf(found.violations);
  }

  private void checkTask(Task task, Found found) {
    checkQuestion(task, found);
    task.tools().forEach(tool -> checkTool(tool, found));
    checkCalls(task, found);
    if (task.gold().isEmpty()) {
      fittingTool(task.question(), task.tools())
          .ifPresent(
              tool -> found.add(TaskRule.TOOL_FITS, "the question names what " + tool + " does"));
    } else {
      checkGrounding(task, found);
    }
  }

  private void checkQuestion(Task task, Found found) {
    String question = task.question();
    if (!config.gate().passes(question)) {
      found.add(TaskRule.PLACEHOLDER_QUESTION, Text.shorten(question, 60));
    }
    if (Text.length(Text.strip(question)) < config.minQuestionLength()) {
      found.add(
          TaskRule.SHORT_QUESTION,
          "it has fewer than " + config.minQuestionLength() + " characters");
    }
    String lower = Text.lowerCase(question);
    boolean tag = false;
    for (AnswerBlocks.Tag t : AnswerBlocks.Tag.values()) {
      tag |= lower.contains(t.open()) || lower.contains(t.close());
    }
    if (tag || lower.contains("\"arguments\"")) {
      found.add(TaskRule.LEAKED_ANSWER, "the question holds a part of the answer");
    }
    List<String> words = Words.of(question);
    for (String phrase : config.trivialPhrases()) {
      if (Collections.indexOfSubList(words, Words.of(phrase)) >= 0) {
        found.add(TaskRule.TRIVIAL_QUESTION, "it holds \"" + phrase + "\"");
      }
    }
    if (question.codePoints().anyMatch(Character::isIdeographic)) {
      found.add(TaskRule.CJK_TEXT, "the question holds Chinese characters");
    }
  }

  private void checkTool(ToolSpec tool, Found found) {
    String lower = Text.lowerCase(tool.name());
    if (!TOOL_NAME.matcher(tool.name()).matches() || EMPTY_NAMES.contains(lower)) {
      found.add(TaskRule.TOOL_NAME, "\"" + Text.shorten(tool.name(), 40) + "\"");
    }
    if (Text.length(Text.strip(tool.description())) < config.minDescriptionLength()) {
      found.add(TaskRule.TOOL_DESCRIPTION, tool.name());
    }
    if (tool.parameters().isEmpty()) {
      found.add(TaskRule.TOOL_WITHOUT_PARAMETERS, tool.name());
    }
    for (Parameter parameter : tool.parameters()) {
      if (!FLAT_TYPES.contains(parameter.type())) {
        found.add(
            TaskRule.PARAMETER_TYPE,
            tool.name() + "." + parameter.name() + ": " + Text.shorten(parameter.type(), 40));
      }
    }
  }

  private void checkCalls(Task task, Found found) {
    for (SchemaViolation violation : SchemaCheck.check(task.gold(), task.tools())) {
      TaskRule rule =
          switch (violation.kind()) {
            case UNKNOWN_TOOL -> TaskRule.UNKNOWN_TOOL;
            case MISSING_REQUIRED -> TaskRule.MISSING_ARGUMENT;
            case UNKNOWN_ARGUMENT -> TaskRule.UNKNOWN_ARGUMENT;
            case WRONG_TYPE -> TaskRule.ARGUMENT_TYPE;
            case NOT_IN_ENUM -> TaskRule.ARGUMENT_NOT_ALLOWED;
          };
      found.add(
          rule,
          violation.argument().isEmpty()
              ? violation.tool()
              : violation.tool() + "." + violation.argument());
    }
    Set<ToolCall> seen = new HashSet<>();
    for (ToolCall call : task.gold()) {
      for (JsonNode value : call.arguments().values()) {
        if (value.isContainer()) {
          found.add(TaskRule.NESTED_ARGUMENT, call.name());
        }
      }
      if (!seen.add(call)) {
        found.add(TaskRule.REPEATED_CALL, call.name());
      }
    }
  }

  private void checkGrounding(Task task, Found found) {
    Grounding.Question question = Grounding.prepare(task.question(), config.grounding());
    int matched = 0;
    for (ToolCall call : task.gold()) {
      for (var argument : call.arguments().properties()) {
        JsonNode value = argument.getValue();
        if (question.counts(value)) {
          if (question.holds(value)) {
            matched++;
          } else {
            found.add(
                TaskRule.UNGROUNDED_VALUE,
                call.name() + "." + argument.getKey() + " = " + Text.shorten(value.toString(), 60));
          }
        }
      }
    }
    if (matched < config.minGroundedValues()) {
      found.add(
          TaskRule.TOO_FEW_VALUES,
          matched + " values of at least " + config.minGroundedValues() + " stand in the question");
    }
  }

  /**
   * The name of a tool all of whose words a question uses; a task that no tool fits must not have
   * one.
   */
  public static Optional<String> fittingTool(String question, List<ToolSpec> menu) {
    Set<String> words = new HashSet<>(Words.of(question));
    return menu.stream()
        .map(ToolSpec::name)
        .filter(name -> !Words.ofName(name).isEmpty() && words.containsAll(Words.ofName(name)))
        .findFirst();
  }

  private final class Found {
    private final List<TaskViolation> violations = new ArrayList<>();

    void add(TaskRule rule, String detail) {
      if (config.rules().contains(rule)) {
        violations.add(new TaskViolation(rule, detail));
      }
    }
  }
}
