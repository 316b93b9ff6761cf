package toolr0.eval.sets;

import java.util.List;
import java.util.Optional;
import toolr0.eval.BenchmarkTask;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/**
 * The rule that gold must be sayable: it calls tools of the menu, with parameters that they have.
 */
final class OfferedTools {
  private OfferedTools() {}

  /** The task, marked as unanswerable when its gold calls something that is not offered. */
  static BenchmarkTask checked(BenchmarkTask task) {
    List<ToolSpec> menu = task.task().tools();
    for (ToolCall call : task.task().gold()) {
      Optional<ToolSpec> tool = menu.stream().filter(t -> t.name().equals(call.name())).findFirst();
      if (tool.isEmpty()) {
        return task.unanswerable("gold calls " + call.name() + ", which is not offered");
      }
      for (String argument : call.arguments().propertyNames()) {
        if (tool.get().parameter(argument).isEmpty()) {
          return task.unanswerable(
              "gold gives " + call.name() + " the argument " + argument + ", which it lacks");
        }
      }
    }
    return task;
  }
}
