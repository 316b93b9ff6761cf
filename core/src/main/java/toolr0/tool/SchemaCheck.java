package toolr0.tool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;

/**
 * Checks calls against the tools of a menu: known tool, required and known arguments, types,
 * enumerations.
 */
public final class SchemaCheck {
  private static final int MOST = 1_000;

  private SchemaCheck() {}

  /** The violations of all calls, in the calls' order; at most {@value #MOST} are looked for. */
  public static List<SchemaViolation> check(List<ToolCall> calls, List<ToolSpec> menu) {
    ToolIndex tools = new ToolIndex(menu);
    IdentityHashMap<Parameter, Set<String>> allowed = new IdentityHashMap<>();
    List<SchemaViolation> violations = new ArrayList<>();
    for (ToolCall call : calls) {
      Optional<ToolSpec> tool = tools.tool(call.name());
      if (tool.isEmpty()) {
        violations.add(violation(SchemaViolation.Kind.UNKNOWN_TOOL, call, ""));
      } else {
        checkRequired(call, tool.get(), violations);
        checkArguments(call, tools, allowed, violations);
      }
      if (violations.size() >= MOST) {
        return List.copyOf(violations.subList(0, MOST));
      }
    }
    return List.copyOf(violations);
  }

  /** The violations of one call; none when it fits its tool. */
  public static List<SchemaViolation> check(ToolCall call, List<ToolSpec> menu) {
    return check(List.of(call), menu);
  }

  private static void checkRequired(
      ToolCall call, ToolSpec tool, List<SchemaViolation> violations) {
    for (Parameter parameter : tool.parameters()) {
      if (parameter.required() && !call.arguments().has(parameter.name())) {
        violations.add(violation(SchemaViolation.Kind.MISSING_REQUIRED, call, parameter.name()));
      }
    }
  }

  private static void checkArguments(
      ToolCall call,
      ToolIndex tools,
      IdentityHashMap<Parameter, Set<String>> allowed,
      List<SchemaViolation> violations) {
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      String name = argument.getKey();
      JsonNode value = argument.getValue();
      Optional<Parameter> known = tools.parameter(call.name(), name);
      if (known.isEmpty()) {
        violations.add(violation(SchemaViolation.Kind.UNKNOWN_ARGUMENT, call, name));
        continue;
      }
      Parameter parameter = known.get();
      if (!fits(value, parameter.type())) {
        violations.add(violation(SchemaViolation.Kind.WRONG_TYPE, call, name));
      } else if (!parameter.allowed().isEmpty()
          && !allowed
              .computeIfAbsent(parameter, p -> new HashSet<>(p.allowed()))
              .contains(text(value))) {
        violations.add(violation(SchemaViolation.Kind.NOT_IN_ENUM, call, name));
      }
    }
  }

  /**
   * Whether a value has a type as tools state it. An integer fits "number", a number without a
   * fraction fits "integer", a date is text; a type of another name fits everything.
   */
  public static boolean fits(JsonNode value, String type) {
    return switch (Text.lowerCase(type.strip())) {
      case "string", "str", "date", "datetime" -> value.isString();
      case "integer", "int" -> isIntegral(value);
      case "number", "float", "double" -> value.isNumber();
      case "boolean", "bool" -> value.isBoolean();
      case "array", "list" -> value.isArray();
      case "object", "dict" -> value.isObject();
      case "null" -> value.isNull();
      default -> true;
    };
  }

  private static boolean isIntegral(JsonNode value) {
    return value.isIntegralNumber()
        || (value.isNumber() && Json.toDouble(value) == Math.rint(Json.toDouble(value)));
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static SchemaViolation violation(
      SchemaViolation.Kind kind, ToolCall call, String argument) {
    return new SchemaViolation(kind, call.name(), argument);
  }
}
