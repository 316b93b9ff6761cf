package toolr0.score;

import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.ControlSpecWeights;
import toolr0.task.ParsedTask;
import toolr0.task.SpecAdherence;
import toolr0.task.Task;
import toolr0.task.TaskDraft;

/**
 * The control spec that a completion keeps to, for lines that do not say what was asked for. Where
 * no task without calls is ever asked for, at least one call was.
 */
final class SpecOf {
  private SpecOf() {}

  static ControlSpec completion(ParsedTask parsed, ControlSpecWeights control) {
    int fewest = control.noCall() > 0 ? 0 : 1;
    return parsed instanceof ParsedTask.Parsed(Task task, TaskDraft _)
        ? new ControlSpec(
            "",
            SpecAdherence.isConversation(task.question())
                ? ContextType.MULTI_TURN
                : ContextType.SINGLE_TURN,
            task.tools().size(),
            Math.max(fewest, task.gold().size()))
        : new ControlSpec("", ContextType.SINGLE_TURN, 1, 1);
  }
}
