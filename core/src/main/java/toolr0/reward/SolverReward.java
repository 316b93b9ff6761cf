package toolr0.reward;

import java.util.List;
import java.util.Optional;
import toolr0.task.Task;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.SoftScore;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/**
 * Rewards a Solver's completion for its form and for its agreement with the gold calls (method
 * section 6).
 */
public final class SolverReward {
  private static final double BLOCK = 0.3;
  private static final double READABLE = 0.3;
  private static final double HAS_CALLS = 0.4;

  private final SolverRewardConfig config;

  public SolverReward(SolverRewardConfig config) {
    this.config = config;
  }

  /** The reward of a completion for a task. */
  public SolverScore score(String completion, Task task) {
    return score(completion, task.gold(), task.tools());
  }

  /**
   * The reward of a completion for gold calls that are written as the answers are.
   *
   * @param menu the tools that state the arguments' types
   */
  public SolverScore score(String completion, String gold, List<ToolSpec> menu) {
    return switch (CallParser.parse(gold, config.syntax())) {
      case ParsedCalls.Calls(List<ToolCall> calls, int _) -> score(completion, calls, menu);
      case ParsedCalls.Unusable _ ->
          score(
              completion,
              new Gold(
                  List.of(),
                  CallParser.isCollection(gold, config.syntax())
                      ? SolverStage.GOLD_WITHOUT_CALLS
                      : SolverStage.GOLD_UNPARSEABLE),
              menu);
    };
  }

  /**
   * The reward of a completion.
   *
   * @param menu the tools that state the arguments' types
   */
  public SolverScore score(String completion, List<ToolCall> gold, List<ToolSpec> menu) {
    return score(completion, new Gold(gold, stageOf(gold)), menu);
  }

  /**
   * Gold calls.
   *
   * @param stage why they cannot be compared with, or that they can
   */
  private record Gold(List<ToolCall> calls, SolverStage stage) {}

  private SolverScore score(String completion, Gold gold, List<ToolSpec> menu) {
    AnswerBlocks blocks = AnswerBlocks.of(completion);
    Optional<String> answer = blocks.content(Tag.TOOL_CALL_ANSWER);
    if (answer.isEmpty()) {
      return unscored(0, SolverStage.NO_ANSWER_BLOCK);
    }
    boolean thought = !config.thinkRequired() || blocks.content(Tag.THINK).isPresent();
    ParsedCalls parsed = CallParser.parse(answer.get(), config.syntax());
    double format = BLOCK + formatOf(parsed);
    if (!(parsed instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored))
        || (calls.isEmpty() && !config.noCallTasks())) {
      return unscored(
          format, thought ? SolverStage.PREDICTION_UNUSABLE : SolverStage.NO_THINK_BLOCK);
    }
    if (gold.stage != SolverStage.SCORED) {
      return unscored(format, thought ? gold.stage : SolverStage.NO_THINK_BLOCK);
    }
    SoftScore soft = CallMatcher.soft(calls, gold.calls, menu, config.accuracy());
    double accuracy = thought ? soft.accuracy() : 0;
    boolean exact = thought && ignored == 0 && CallMatcher.strict(calls, gold.calls, menu);
    double total =
        config.formatWeight() * format
            + config.accuracyWeight() * accuracy
            + config.exactWeight() * (exact ? 1 : 0);
    return new SolverScore(
        format,
        accuracy,
        exact,
        soft,
        total,
        thought ? SolverStage.SCORED : SolverStage.NO_THINK_BLOCK);
  }

  private SolverScore unscored(double format, SolverStage stage) {
    return new SolverScore(format, 0, false, SoftScore.NONE, config.formatWeight() * format, stage);
  }

  /**
   * What comparing with gold calls can come to. The published code sends them through its relaxed
   * parser, which gives up at three dots (method section 9.1, number 14).
   */
  private SolverStage stageOf(List<ToolCall> gold) {
    if (config.syntax() == CallSyntax.PUBLISHED && CallWriter.write(gold).contains("...")) {
      return SolverStage.GOLD_UNPARSEABLE;
    }
    return config.noCallTasks() || !gold.isEmpty()
        ? SolverStage.SCORED
        : SolverStage.GOLD_WITHOUT_CALLS;
  }

  private double formatOf(ParsedCalls parsed) {
    return switch (parsed) {
      case ParsedCalls.Unusable unusable -> unusable.parsed() ? READABLE : 0;
      case ParsedCalls.Calls calls ->
          READABLE + (calls.calls().isEmpty() && !config.noCallTasks() ? 0 : HAS_CALLS);
    };
  }
}
