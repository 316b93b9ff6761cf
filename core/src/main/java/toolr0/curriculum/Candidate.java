package toolr0.curriculum;

import java.util.Locale;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.Task;
import toolr0.task.TaskReader;
import toolr0.task.TaskReading;
import tools.jackson.databind.node.ObjectNode;

/**
 * One Generator completion and what became of it so far.
 *
 * @param index from 0
 * @param spec what was asked for
 * @param task the task, when the completion holds one that keeps every rule
 * @param reason why there is none, empty when there is one
 * @param detail the reason in words
 */
record Candidate(
    int index,
    ControlSpec spec,
    String completion,
    Optional<Task> task,
    String reason,
    String detail) {
  private static final String NOT_WRITTEN = "not_written";

  /** The place of a completion that could not be had. */
  static Candidate notWritten(int index, ControlSpec spec, String cause) {
    return new Candidate(index, spec, "", Optional.empty(), NOT_WRITTEN, cause);
  }

  static Candidate of(
      int index, ControlSpec spec, String completion, boolean truncated, TaskReader reader) {
    return switch (reader.read(spec, completion)) {
      case TaskReading.Accepted accepted ->
          new Candidate(index, spec, completion, Optional.of(accepted.task()), "", "");
      case TaskReading.Rejected(String reason, String detail, boolean unreadable) ->
          new Candidate(
              index,
              spec,
              completion,
              Optional.empty(),
              truncated && unreadable ? "truncated" : reason,
              detail);
    };
  }

  ObjectNode toJson(boolean truncated) {
    ObjectNode node = Json.object();
    node.put("index", index);
    node.put("domain", spec.domain());
    node.put("context_type", spec.contextType().wireName());
    node.put("num_tools", spec.numTools());
    node.put("num_calls", spec.numCalls());
    node.put("truncated", truncated);
    if (task.isEmpty()) {
      node.put("dropped", reason);
      node.put("detail", detail);
    }
    node.put("completion", completion);
    return node;
  }

  /**
   * The candidate of a line; its completion is read and checked again, so that there is one source
   * of both.
   */
  static Candidate fromJson(ObjectNode node, TaskReader reader) {
    ControlSpec spec =
        new ControlSpec(
            node.required("domain").asString(),
            ContextType.valueOf(node.required("context_type").asString().toUpperCase(Locale.ROOT)),
            node.required("num_tools").asInt(),
            node.required("num_calls").asInt());
    int index = node.required("index").asInt();
    if (node.path("dropped").asString("").equals(NOT_WRITTEN)) {
      return notWritten(index, spec, node.required("detail").asString());
    }
    return of(
        index,
        spec,
        node.required("completion").asString(),
        node.required("truncated").asBoolean(),
        reader);
  }
}
