package toolr0.eval.sets;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.task.Task;
import toolr0.tool.Parameter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.PythonValues;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Judges as NexusRaven's authors do, who run the predicted call on functions that return their name
 * and all their arguments: right is one call of the gold's function whose arguments, defaults
 * filled in, equal the gold's by Python's {@code ==}. A call that the function does not take (an
 * unknown argument, a required one left out) is wrong. Of fractions given as arguments the whole
 * part counts, as in the authors' reading of calls: their gold holds whole numbers only.
 */
final class NexusRavenGrader implements Grader {
  private final Grader published;
  private final List<ToolSpec> tools;
  private final String name;
  private final Optional<ObjectNode> wanted;

  NexusRavenGrader(Task task, ToolCall gold) {
    this.published = Grader.published(task);
    this.tools = task.tools();
    this.name = gold.name();
    this.wanted = run(gold);
  }

  /** Whether the gold itself is a call that its function takes. */
  boolean canBeRight() {
    return wanted.isPresent();
  }

  @Override
  public Grades grade(ParsedCalls answer) {
    List<ToolCall> calls = answer.whole().orElse(List.of());
    boolean right = calls.size() == 1 && isGold(calls.getFirst());
    return published.grade(answer).with("nexusraven", right);
  }

  private boolean isGold(ToolCall call) {
    Optional<ObjectNode> arguments = run(call);
    return call.name().equals(name)
        && arguments.isPresent()
        && wanted.isPresent()
        && PythonValues.equal(arguments.get(), wanted.get());
  }

  /** All arguments that the called function sees, empty when it does not take the call. */
  private Optional<ObjectNode> run(ToolCall call) {
    Optional<ToolSpec> tool = tools.stream().filter(t -> t.name().equals(call.name())).findFirst();
    if (tool.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode seen = Json.object();
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      if (tool.get().parameter(argument.getKey()).isEmpty()) {
        return Optional.empty();
      }
      seen.set(argument.getKey(), whole(argument.getValue()));
    }
    for (Parameter parameter : tool.get().parameters()) {
      if (!seen.has(parameter.name())) {
        Optional<JsonNode> value = parameter.defaultValue();
        if (parameter.required() || value.isEmpty()) {
          return Optional.empty();
        }
        seen.set(parameter.name(), value.get());
      }
    }
    return Optional.of(seen);
  }

  private static JsonNode whole(JsonNode value) {
    return value.isFloatingPointNumber()
        ? BigIntegerNode.valueOf(value.decimalValue().toBigInteger())
        : value;
  }
}
