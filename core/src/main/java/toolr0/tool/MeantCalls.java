package toolr0.tool;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Calls as the tools' schemas mean them: values in their declared types, and arguments that say no
 * more than the default left out.
 */
public final class MeantCalls {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,400}");
  private static final Pattern NUMBER =
      Pattern.compile(
          "[+-]?(?:[0-9]{1,400}(?:\\.[0-9]{0,400})?|\\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?");
  private static final int LONGEST_LITERAL = 100_000;

  private MeantCalls() {}

  static List<ToolCall> of(List<ToolCall> calls, List<ToolSpec> menu) {
    ToolIndex tools = new ToolIndex(menu);
    IdentityHashMap<Parameter, MeantParameter> meant = new IdentityHashMap<>();
    return calls.stream().map(call -> of(call, tools, meant)).toList();
  }

  private static ToolCall of(
      ToolCall call, ToolIndex tools, IdentityHashMap<Parameter, MeantParameter> meant) {
    String name = Text.strip(call.name());
    ObjectNode arguments = Json.object();
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      Optional<Parameter> parameter = tools.parameter(name, argument.getKey());
      if (parameter.isEmpty()) {
        arguments.set(argument.getKey(), argument.getValue());
      } else {
        JsonNode value = coerced(argument.getValue(), parameter.get());
        if (!meant.computeIfAbsent(parameter.get(), MeantParameter::new).isDefault(value)) {
          arguments.set(argument.getKey(), value);
        }
      }
    }
    return new ToolCall(name, arguments);
  }

  /** A value in the type that a parameter declares, where turning it into that loses nothing. */
  public static JsonNode coerced(JsonNode value, Parameter parameter) {
    if (value instanceof ArrayNode list && isList(parameter.type())) {
      return parameter.itemType().<JsonNode>map(type -> items(list, type)).orElse(list);
    }
    return coerced(value, parameter.type(), parameter.itemType());
  }

  private static ArrayNode items(ArrayNode list, String type) {
    ArrayNode result = Json.array();
    list.values().forEach(item -> result.add(coerced(item, type, Optional.empty())));
    return result;
  }

  private static JsonNode coerced(JsonNode value, String type, Optional<String> itemType) {
    return switch (Text.lowerCase(type.strip())) {
      case "string", "str", "date", "datetime" ->
          value.isNumber() || value.isBoolean() ? StringNode.valueOf(value.toString()) : value;
      case "integer", "int" -> integer(value);
      case "number", "float", "double" ->
          value.isString() && NUMBER.matcher(value.stringValue().strip()).matches()
              ? DecimalNode.valueOf(new BigDecimal(value.stringValue().strip()))
              : value;
      case "boolean", "bool" -> bool(value);
      case "array", "list", "object", "dict" -> {
        JsonNode read = literal(value);
        yield read instanceof ArrayNode list && itemType.isPresent()
            ? items(list, itemType.get())
            : read;
      }
      default -> value;
    };
  }

  private static boolean isList(String type) {
    String plain = Text.lowerCase(type.strip());
    return plain.equals("array") || plain.equals("list");
  }

  private static JsonNode integer(JsonNode value) {
    if (value.isString() && INTEGER.matcher(value.stringValue().strip()).matches()) {
      return BigIntegerNode.valueOf(new BigInteger(value.stringValue().strip()));
    }
    return value;
  }

  private static JsonNode bool(JsonNode value) {
    if (!value.isString()) {
      return value;
    }
    return switch (Text.lowerCase(value.stringValue().strip())) {
      case "true" -> BooleanNode.TRUE;
      case "false" -> BooleanNode.FALSE;
      default -> value;
    };
  }

  /** A list or an object that stands as a literal in a text. */
  private static JsonNode literal(JsonNode value) {
    if (!value.isString() || value.stringValue().length() > LONGEST_LITERAL) {
      return value;
    }
    String text = value.stringValue().strip();
    if (!text.startsWith("[") && !text.startsWith("{")) {
      return value;
    }
    return LiteralReader.read(text, LiteralReader.Grammar.JSON_WITH_PYTHON_CONSTANTS)
        .or(() -> LiteralReader.read(text, LiteralReader.Grammar.PYTHON))
        .orElse(value);
  }
}
