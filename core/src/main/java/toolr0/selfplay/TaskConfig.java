package toolr0.selfplay;

import toolr0.task.TaskCheckConfig;
import toolr0.task.TaskParserConfig;

/** How the Generator's completions are read, and which rules a task must keep. */
public record TaskConfig(TaskParserConfig parser, TaskCheckConfig check) {

  public static TaskConfig defaults() {
    return new TaskConfig(TaskParserConfig.standard(), TaskCheckConfig.standard());
  }
}
