package toolr0.reward;

import java.util.List;
import java.util.Optional;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.AnswerBlocks.TagCase;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.JudgedCalls;
import toolr0.tool.ParsedCalls;
import toolr0.tool.PublishedAnswer;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/** When an answer of a Solver counts as right, for difficulty and cross-verification alike. */
public enum Agreement {
  /** The same calls, in any order, with equal values by the tools' types. */
  FULL_CALLS,
  /** The same calls in the same order as canonical JSON, the published difficulty (section 4.5). */
  ORDERED_JSON,
  /** The same first call as canonical JSON, the first published version (section 9.1, number 3). */
  FIRST_CALL_JSON,
  /**
   * The same names in the same order, the published verification (section 5.2 and 9.1, number 5).
   */
  NAMES;

  /**
   * The verdict on one completion of a Solver.
   *
   * @param menu the tools that state the arguments' types
   */
  public SolverAnswer compare(String completion, List<ToolCall> gold, List<ToolSpec> menu) {
    return switch (this) {
      case FULL_CALLS -> fullCalls(completion, gold, menu);
      case ORDERED_JSON -> json(completion, gold, JudgedCalls.ALL);
      case FIRST_CALL_JSON ->
          json(completion, gold.subList(0, Math.min(1, gold.size())), JudgedCalls.FIRST);
      case NAMES -> names(completion, gold);
    };
  }

  /** The verdicts on several completions for one task, counted. */
  public AnswerTally tally(List<String> completions, List<ToolCall> gold, List<ToolSpec> menu) {
    return AnswerTally.of(
        completions.stream().map(completion -> compare(completion, gold, menu)).toList());
  }

  private static SolverAnswer fullCalls(
      String completion, List<ToolCall> gold, List<ToolSpec> menu) {
    Optional<String> answer = AnswerBlocks.of(completion).content(Tag.TOOL_CALL_ANSWER);
    if (answer.isEmpty()) {
      return unusable(AnswerVerdict.MISSING_TAG);
    }
    return switch (CallParser.parse(answer.get())) {
      case ParsedCalls.Unusable unusable -> unusable(unusable);
      case ParsedCalls.Calls(List<ToolCall> calls, int ignored) ->
          verdict(ignored == 0 && CallMatcher.strict(calls, gold, menu), calls);
    };
  }

  private static SolverAnswer json(String completion, List<ToolCall> gold, JudgedCalls judged) {
    Optional<String> answer =
        AnswerBlocks.of(completion, TagCase.EXACT).content(Tag.TOOL_CALL_ANSWER);
    if (answer.isEmpty()) {
      return unusable(AnswerVerdict.MISSING_TAG);
    }
    return switch (CallParser.parse(answer.get(), CallSyntax.STRICT_JSON, judged)) {
      case ParsedCalls.Unusable unusable -> unusable(unusable);
      case ParsedCalls.Calls(List<ToolCall> calls, int _) ->
          verdict(CallMatcher.sameJson(calls, gold), calls);
    };
  }

  private static SolverAnswer names(String completion, List<ToolCall> gold) {
    PublishedAnswer answer = PublishedAnswer.read(completion);
    if (answer.block().isEmpty()) {
      return unusable(AnswerVerdict.MISSING_TAG);
    }
    if (answer.value().isEmpty()) {
      return unusable(AnswerVerdict.JSON_PARSE_FAIL);
    }
    Optional<List<String>> names = answer.names();
    return names.isEmpty()
        ? unusable(AnswerVerdict.BAD_CALL_SCHEMA)
        : verdict(
            names.get().equals(gold.stream().map(ToolCall::name).toList()),
            answer.calls().orElse(List.of()));
  }

  private static SolverAnswer unusable(ParsedCalls.Unusable unusable) {
    return unusable(
        unusable.parsed() ? AnswerVerdict.BAD_CALL_SCHEMA : AnswerVerdict.JSON_PARSE_FAIL);
  }

  private static SolverAnswer unusable(AnswerVerdict verdict) {
    return new SolverAnswer(verdict, List.of());
  }

  private static SolverAnswer verdict(boolean match, List<ToolCall> calls) {
    return new SolverAnswer(match ? AnswerVerdict.MATCH : AnswerVerdict.MISMATCH, calls);
  }
}
