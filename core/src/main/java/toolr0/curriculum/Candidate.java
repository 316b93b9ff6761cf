package toolr0.curriculum;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskDraft;
import toolr0.task.TaskParser;
import toolr0.task.TaskViolation;
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

  static Candidate of(
      int index,
      ControlSpec spec,
      String completion,
      boolean truncated,
      TaskParser parser,
      TaskCheck check) {
    return switch (parser.parse(completion)) {
      case ParsedTask.Malformed malformed ->
          new Candidate(
              index,
              spec,
              completion,
              Optional.empty(),
              truncated ? "truncated" : malformed.problem().wireName(),
              malformed.reason());
      case ParsedTask.Parsed(Task task, TaskDraft _) -> {
        List<TaskViolation> violations = check.check(spec, task);
        yield violations.isEmpty()
            ? new Candidate(index, spec, completion, Optional.of(task), "", "")
            : new Candidate(
                index,
                spec,
                completion,
                Optional.empty(),
                violations.getFirst().rule().wireName(),
                violations.getFirst().detail());
      }
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
  static Candidate fromJson(ObjectNode node, TaskParser parser, TaskCheck check) {
    ControlSpec spec =
        new ControlSpec(
            node.required("domain").asString(),
            ContextType.valueOf(node.required("context_type").asString().toUpperCase(Locale.ROOT)),
            node.required("num_tools").asInt(),
            node.required("num_calls").asInt());
    return of(
        node.required("index").asInt(),
        spec,
        node.required("completion").asString(),
        node.required("truncated").asBoolean(),
        parser,
        check);
  }
}
