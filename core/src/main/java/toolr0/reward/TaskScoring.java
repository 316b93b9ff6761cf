package toolr0.reward;

import java.util.List;
import toolr0.task.ControlSpec;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskDraft;
import toolr0.task.TaskParser;
import toolr0.task.TaskViolation;

/**
 * The way of a Generator's completion to its reward: read, checked, and rewarded with what the
 * Solver and the judge said of it.
 */
public final class TaskScoring {
  private final TaskParser parser;
  private final TaskCheck check;
  private final GeneratorReward reward;

  public TaskScoring(TaskParser parser, TaskCheck check, GeneratorRewardConfig config) {
    this.parser = parser;
    this.check = check;
    this.reward = new GeneratorReward(config);
  }

  /** The task of a completion and what is wrong with it. */
  public WrittenTask read(ControlSpec spec, String completion) {
    ParsedTask parsed = parser.parse(completion);
    List<TaskViolation> violations =
        parsed instanceof ParsedTask.Parsed(Task task, TaskDraft _)
            ? check.check(spec, task)
            : List.of();
    return new WrittenTask(spec, parsed, violations, reward.worthAsking(spec, parsed));
  }

  /**
   * The reward.
   *
   * @param repetitionPenalty at most 0, from {@link RepetitionPenalty#penalties}
   */
  public GeneratorScore score(
      WrittenTask written, ProbeOutcome probe, JudgeOutcome judge, double repetitionPenalty) {
    return reward.score(written.spec(), written.parsed(), probe, judge, repetitionPenalty);
  }
}
