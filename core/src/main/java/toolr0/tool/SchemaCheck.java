package toolr0.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Checks calls against the tools of a menu: known tool, required and known arguments, types,
 * enumerations.
 */
public final class SchemaCheck {
  private SchemaCheck() {}

  /** Every violation of every call, in the calls' order. */
  public static List<SchemaViolation> check(List<ToolCall> calls, List<ToolSpec> menu) {
    return calls.stream().flatMap(call -> check(call, menu).stream()).toList();
  }

  /** Every violation of one call; none when it fits its tool. */
  public static List<SchemaViolation> check(ToolCall call, List<ToolSpec> menu) {
    Optional<ToolSpec> tool = menu.stream().filter(t -> t.name().equals(call.name())).findFirst();
    if (tool.isEmpty()) {
      return List.of(violation(SchemaViolation.Kind.UNKNOWN_TOOL, call, ""));
    }
    List<SchemaViolation> violations = new ArrayList<>();
    for (Parameter parameter : tool.get().parameters()) {
      if (parameter.required() && !call.arguments().has(parameter.name())) {
        violations.add(violation(SchemaViolation.Kind.MISSING_REQUIRED, call, parameter.name()));
      }
    }
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      Optional<Parameter> parameter = tool.get().parameter(argument.getKey());
      if (parameter.isEmpty()) {
        violations.add(violation(SchemaViolation.Kind.UNKNOWN_ARGUMENT, call, argument.getKey()));
      } else if (!fits(argument.getValue(), parameter.get().type())) {
        violations.add(violation(SchemaViolation.Kind.WRONG_TYPE, call, argument.getKey()));
      } else if (!allowed(argument.getValue(), parameter.get())) {
        violations.add(violation(SchemaViolation.Kind.NOT_IN_ENUM, call, argument.getKey()));
      }
    }
    return violations;
  }

  /**
   * Whether a value has a type as tools state it. An integer fits "number", a number without a
   * fraction fits "integer", a date is text; a type of another name fits everything.
   */
  public static boolean fits(JsonNode value, String type) {
    return switch (type.strip().toLowerCase(Locale.ROOT)) {
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
        || (value.isNumber() && value.doubleValue() == Math.rint(value.doubleValue()));
  }

  private static boolean allowed(JsonNode value, Parameter parameter) {
    if (parameter.allowed().isEmpty()) {
      return true;
    }
    String text = value.isString() ? value.stringValue() : value.toString();
    return parameter.allowed().contains(text);
  }

  private static SchemaViolation violation(
      SchemaViolation.Kind kind, ToolCall call, String argument) {
    return new SchemaViolation(kind, call.name(), argument);
  }
}
