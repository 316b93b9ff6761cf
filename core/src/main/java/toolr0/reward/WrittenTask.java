package toolr0.reward;

import java.util.List;
import java.util.Optional;
import toolr0.task.ControlSpec;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskDraft;
import toolr0.task.TaskViolation;

/**
 * A Generator's completion, read and checked.
 *
 * @param spec what was asked for
 * @param violations the rules that the task breaks; none when the completion holds no task
 * @param worthAsking whether the reward itself wants to hear the Solver and the judge
 */
public record WrittenTask(
    ControlSpec spec, ParsedTask parsed, List<TaskViolation> violations, boolean worthAsking) {
  public WrittenTask {
    violations = List.copyOf(violations);
  }

  /** The first thing that is wrong in the spelling of reports, empty when nothing is. */
  public String flaw() {
    if (parsed instanceof ParsedTask.Malformed malformed) {
      return malformed.problem().wireName();
    }
    if (!violations.isEmpty()) {
      return violations.getFirst().rule().wireName();
    }
    return worthAsking ? "" : "placeholder_question";
  }

  /** The task, when it is worth asking the Solver and the judge. */
  public Optional<Task> sound() {
    return parsed instanceof ParsedTask.Parsed(Task task, TaskDraft _) && flaw().isEmpty()
        ? Optional.of(task)
        : Optional.empty();
  }
}
