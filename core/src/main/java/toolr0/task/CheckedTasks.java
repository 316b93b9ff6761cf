package toolr0.task;

import java.util.List;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolMenus;

/** Reads tasks with the one {@link TaskParser} and keeps those that pass the {@link TaskCheck}. */
public final class CheckedTasks implements TaskReader {
  private final TaskParser parser;
  private final TaskCheck check;

  public CheckedTasks(TaskParser parser, TaskCheck check) {
    this.parser = parser;
    this.check = check;
  }

  @Override
  public TaskReading read(ControlSpec spec, String completion) {
    return switch (parser.parse(completion)) {
      case ParsedTask.Malformed malformed ->
          new TaskReading.Rejected(malformed.problem().wireName(), malformed.reason(), true);
      case ParsedTask.Parsed(Task task, TaskDraft _) -> {
        List<TaskViolation> violations = check.check(spec, task);
        yield violations.isEmpty()
            ? new TaskReading.Accepted(
                task, ToolMenus.toJson(task.tools()), CallWriter.toJson(task.gold()))
            : new TaskReading.Rejected(
                violations.getFirst().rule().wireName(), violations.getFirst().detail(), false);
      }
    };
  }
}
