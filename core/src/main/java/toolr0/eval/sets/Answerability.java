package toolr0.eval.sets;

import java.util.List;
import java.util.Optional;
import toolr0.eval.BenchmarkTask;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/** Finds the tasks whose gold asks for what the tools do not have. */
final class Answerability {
  private Answerability() {}

  /** The task, marked when its gold calls a tool or gives an argument that is not offered. */
  static BenchmarkTask mark(BenchmarkTask task) {
    return notOffered(task.task().gold(), task.task().tools()).map(task::unanswerable).orElse(task);
  }

  private static Optional<String> notOffered(List<ToolCall> gold, List<ToolSpec> tools) {
    for (ToolCall call : gold) {
      Optional<ToolSpec> tool =
          tools.stream().filter(t -> t.name().equals(call.name())).findFirst();
      if (tool.isEmpty()) {
        return Optional.of("the gold calls \"" + call.name() + "\", which is not offered");
      }
      for (String argument : call.arguments().propertyNames()) {
        if (tool.get().parameter(argument).isEmpty()) {
          return Optional.of(
              "the gold gives \"%s\" the argument \"%s\", which it does not have"
                  .formatted(call.name(), argument));
        }
      }
    }
    return Optional.empty();
  }
}
