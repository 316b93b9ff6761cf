package toolr0.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.GeneratorScore;
import toolr0.reward.WrittenTask;
import toolr0.task.Grounding;
import toolr0.task.ParsedTask;
import toolr0.task.TaskDraft;
import toolr0.task.TaskViolation;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.Parameter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.SchemaCheck;
import toolr0.tool.SchemaViolation;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;

/** Says what is wrong with a written task, part by part of its reward. */
final class TaskReasons {
  private final WrittenTask written;
  private final GeneratorScore score;
  private final GeneratorRewardConfig config;
  private final List<Reason> reasons = new ArrayList<>();

  private TaskReasons(WrittenTask written, GeneratorScore score, GeneratorRewardConfig config) {
    this.written = written;
    this.score = score;
    this.config = config;
  }

  /** The reasons for format, validity, spec adherence and soundness. */
  static List<Reason> of(WrittenTask written, GeneratorScore score, GeneratorRewardConfig config) {
    TaskReasons all = new TaskReasons(written, score, config);
    all.format();
    all.validity();
    all.spec();
    if (all.reasons.isEmpty()) {
      all.add(
          "format", "sound", "blocks, tools and calls can be read, and every value is grounded");
    }
    all.rules();
    return all.reasons;
  }

  private void add(String part, String code, String text) {
    reasons.add(new Reason(part, code, text));
  }

  private void format() {
    TaskDraft draft = written.parsed().draft();
    if (config.thinkRequired() && !draft.think()) {
      missing(Tag.THINK);
    }
    if (draft.question().isEmpty()) {
      missing(Tag.QUESTION);
    }
    if (draft.toolsText().isEmpty()) {
      missing(Tag.AVAILABLE_TOOLS);
    } else if (draft.menu() instanceof ParsedMenu.Unusable(String reason)) {
      add("format", "bad_tools", "the tools cannot be used: " + reason);
    }
    if (draft.answerText().isEmpty()) {
      missing(Tag.TOOL_CALL_ANSWER);
    } else {
      switch (draft.gold()) {
        case ParsedCalls.Unusable unusable ->
            add("format", "bad_calls", "the calls cannot be used: " + unusable.reason());
        case ParsedCalls.Calls calls -> {
          if (calls.calls().isEmpty() && written.spec().numCalls() > 0) {
            add(
                "format",
                "no_calls",
                "the answer has no calls, but "
                    + Words.count(written.spec().numCalls(), "call")
                    + " were asked for");
          }
        }
      }
    }
    Optional<String> question = draft.question();
    if (question.isPresent() && !score.questionGate()) {
      add(
          "question_gate",
          "placeholder_question",
          "the question is no real one, so everything counts 0: "
              + config.gate().flaw(question.get()).orElse("it is empty")
              + ": \""
              + Words.brief(question.get())
              + "\"");
    }
  }

  private void missing(Tag tag) {
    add("format", "missing_block", "there is no closed " + tag.open() + " block with content");
  }

  private void validity() {
    TaskDraft draft = written.parsed().draft();
    if (!(draft.gold() instanceof ParsedCalls.Calls(List<ToolCall> calls, int _))
        || calls.isEmpty()) {
      return;
    }
    List<ToolSpec> menu =
        draft.menu() instanceof ParsedMenu.Menu(List<ToolSpec> tools) ? tools : List.of();
    for (int i = 0; i < calls.size(); i++) {
      for (SchemaViolation violation : SchemaCheck.check(calls.get(i), menu)) {
        violation(i, calls.get(i), violation, menu);
      }
    }
    Grounding.Question question =
        Grounding.prepare(draft.question().orElse(""), config.grounding());
    for (int i = 0; i < calls.size(); i++) {
      for (Map.Entry<String, JsonNode> argument : calls.get(i).arguments().properties()) {
        if (question.counts(argument.getValue()) && !question.holds(argument.getValue())) {
          add(
              "values_grounded",
              "ungrounded_value",
              "gold call "
                  + (i + 1)
                  + " ("
                  + calls.get(i).name()
                  + "): the value of \""
                  + argument.getKey()
                  + "\", "
                  + Words.value(argument.getValue())
                  + ", does not stand in the question");
        }
      }
    }
    int matched = Grounding.score(draft.question().orElse(""), calls, config.grounding()).matched();
    if (matched < config.minGroundedValues()) {
      add(
          "values_grounded",
          "too_few_values",
          Words.count(matched, "value")
              + " in the question, at least "
              + config.minGroundedValues()
              + " wanted");
    }
  }

  private void violation(int i, ToolCall call, SchemaViolation violation, List<ToolSpec> menu) {
    String where = "gold call " + (i + 1) + " (" + call.name() + "): ";
    String argument = violation.argument();
    Optional<Parameter> parameter =
        menu.stream()
            .filter(t -> t.name().equals(call.name()))
            .findFirst()
            .flatMap(t -> t.parameter(argument));
    String value =
        call.arguments().get(argument) instanceof JsonNode node ? Words.value(node) : "nothing";
    boolean counts =
        config.schemaChecked()
            || violation.kind() == SchemaViolation.Kind.UNKNOWN_TOOL
            || violation.kind() == SchemaViolation.Kind.MISSING_REQUIRED;
    if (!counts) {
      return;
    }
    switch (violation.kind()) {
      case UNKNOWN_TOOL ->
          add(
              "tool_exists",
              "unknown_tool",
              where
                  + "there is no such tool; the menu has "
                  + Words.brief(String.join(", ", menu.stream().map(ToolSpec::name).toList())));
      case MISSING_REQUIRED ->
          add(
              "args_valid",
              "missing_argument",
              where + "the required argument \"" + argument + "\" is missing");
      case UNKNOWN_ARGUMENT ->
          add(
              "args_valid",
              "unknown_argument",
              where + "the tool has no parameter \"" + argument + "\" (" + value + ")");
      case WRONG_TYPE ->
          add(
              "args_valid",
              "wrong_type",
              where
                  + "\""
                  + argument
                  + "\" is "
                  + value
                  + ", but the tool wants "
                  + parameter.map(Parameter::type).orElse("another type"));
      case NOT_IN_ENUM ->
          add(
              "args_valid",
              "not_in_enum",
              where
                  + "\""
                  + argument
                  + "\" is "
                  + value
                  + ", which is none of "
                  + parameter.map(p -> String.join(", ", p.allowed())).orElse("those allowed"));
    }
  }

  private void spec() {
    if (config.specWeight() == 0 && !config.gated()) {
      return;
    }
    if (!(written.parsed() instanceof ParsedTask.Parsed parsed) || !score.questionGate()) {
      return;
    }
    if (score.spec().tools() < 1) {
      add(
          "spec",
          "tool_count",
          Words.count(parsed.task().tools().size(), "tool")
              + " instead of "
              + written.spec().numTools());
    }
    if (score.spec().calls() < 1) {
      add(
          "spec",
          "call_count",
          Words.count(parsed.task().gold().size(), "call")
              + " instead of "
              + written.spec().numCalls());
    }
    if (score.spec().context() < 1) {
      add(
          "spec",
          "context_type",
          "the question should be " + written.spec().contextType().wireName() + " and is not");
    }
  }

  /** The rules that decide whether the Solver and the judge are asked. */
  private void rules() {
    for (TaskViolation violation : written.violations()) {
      add(
          "sound",
          violation.rule().wireName(),
          "the rule "
              + violation.rule().wireName()
              + " is broken"
              + (violation.detail().isEmpty() ? "" : ": " + violation.detail()));
    }
  }
}
