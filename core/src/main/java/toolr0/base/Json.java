package toolr0.base;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strict JSON (RFC 8259) in and out. Numbers keep what they were written as: 5 and 5.0 stay
 * different, integers have no size limit below 1000 digits, other numbers are IEEE doubles. Of a
 * repeated key the last value counts.
 */
public final class Json {
  /** Deepest nesting that is read; deeper text is a syntax error. */
  public static final int MAX_DEPTH = 200;

  private static final int MAX_NUMBER_LENGTH = 1000;

  /** A place within Jackson's messages, which names no text and no line. */
  private static final Pattern PLACE = Pattern.compile(" \\([^()]*\\[Source: [^\\]]*\\]\\)");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private Json() {}

  /**
   * Reads one JSON value.
   *
   * @throws JsonSyntaxException when the text is anything else, is nested deeper than {@link
   *     #MAX_DEPTH}, or holds a number that a double cannot hold
   */
  public static JsonNode parse(String text) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      int line = at == null ? 1 : Math.max(1, at.getLineNr());
      int column = at == null ? 1 : Math.max(1, at.getColumnNr());
      throw new JsonSyntaxException(problem(e), line, column);
    }
    if (node == null || node.isMissingNode()) {
      throw new JsonSyntaxException("The text is empty", 1, 1);
    }
    requireFinite(node);
    return node;
  }

  /** What Jackson found wrong, without the places that it cannot name. */
  public static String problem(JacksonException e) {
    String message = Optional.ofNullable(e.getOriginalMessage()).orElse("");
    return PLACE.matcher(message).replaceAll("");
  }

  /** The value, empty when the text is not strict JSON. */
  public static Optional<JsonNode> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (JsonSyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads one JSON object.
   *
   * @throws JsonSyntaxException when the text is not one JSON object
   */
  public static ObjectNode parseObject(String text) {
    if (parse(text) instanceof ObjectNode object) {
      return object;
    }
    throw new JsonSyntaxException("Expected a JSON object", 1, 1);
  }

  /** The value on one line without spaces, keys in their own order. */
  public static String compact(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /** The value on several lines, indented by two spaces, keys in their own order. */
  public static String pretty(JsonNode node) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node).replace("\r\n", "\n");
  }

  /**
   * The value on one line without spaces, keys sorted at every level: equal texts mean equal
   * values.
   */
  public static String canonical(JsonNode node) {
    return compact(sorted(node));
  }

  /** A new empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A new empty array. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  private static JsonNode sorted(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        Map<String, JsonNode> byKey = new TreeMap<>();
        object.properties().forEach(e -> byKey.put(e.getKey(), sorted(e.getValue())));
        ObjectNode result = object();
        byKey.forEach(result::set);
        yield result;
      }
      case ArrayNode array -> {
        ArrayNode result = array();
        array.values().forEach(v -> result.add(sorted(v)));
        yield result;
      }
      default -> node;
    };
  }

  /**
   * The nearest double of a number, infinite where its absolute value is beyond a double's range.
   */
  public static double toDouble(JsonNode number) {
    if (number.isBigInteger()) {
      return number.bigIntegerValue().doubleValue();
    }
    return number.isBigDecimal() ? number.decimalValue().doubleValue() : number.doubleValue();
  }

  private static void requireFinite(JsonNode node) {
    if (node.isFloatingPointNumber() && !Double.isFinite(toDouble(node))) {
      throw new JsonSyntaxException("A number is too large for a double", 1, 1);
    }
    for (JsonNode child : node.values()) {
      requireFinite(child);
    }
  }
}
