package toolr0.reward;

import java.util.List;
import java.util.Optional;
import toolr0.task.Task;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
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
   * The reward of a completion.
   *
   * @param menu the tools that state the arguments' types
   */
  public SolverScore score(String completion, List<ToolCall> gold, List<ToolSpec> menu) {
    AnswerBlocks blocks = AnswerBlocks.of(completion);
    Optional<String> answer = blocks.content(Tag.TOOL_CALL_ANSWER);
    if (answer.isEmpty()) {
      return new SolverScore(0, 0, false, SoftScore.NONE, 0);
    }
    ParsedCalls parsed = CallParser.parse(answer.get(), config.syntax());
    double format = BLOCK + formatOf(parsed);
    boolean judged = config.noCallTasks() || !gold.isEmpty();
    if (!(parsed instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored))
        || (calls.isEmpty() && !config.noCallTasks())
        || !judged) {
      return new SolverScore(format, 0, false, SoftScore.NONE, config.formatWeight() * format);
    }
    SoftScore soft = CallMatcher.soft(calls, gold, menu, config.accuracy());
    boolean thought = !config.thinkRequired() || blocks.content(Tag.THINK).isPresent();
    double accuracy = thought ? soft.accuracy() : 0;
    boolean exact = thought && ignored == 0 && CallMatcher.strict(calls, gold, menu);
    double total =
        config.formatWeight() * format
            + config.accuracyWeight() * accuracy
            + config.exactWeight() * (exact ? 1 : 0);
    return new SolverScore(format, accuracy, exact, soft, total);
  }

  private double formatOf(ParsedCalls parsed) {
    return switch (parsed) {
      case ParsedCalls.Unusable unusable -> unusable.parsed() ? READABLE : 0;
      case ParsedCalls.Calls calls ->
          READABLE + (calls.calls().isEmpty() && !config.noCallTasks() ? 0 : HAS_CALLS);
    };
  }
}
