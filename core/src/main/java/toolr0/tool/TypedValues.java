package toolr0.tool;

import java.text.Normalizer;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Equality of argument values: numbers by value, text in NFC with white space collapsed, lists in
 * order, objects by key; values of different JSON types differ. Where the tool lists the allowed
 * values, the case of text does not count.
 */
final class TypedValues {
  private TypedValues() {}

  static boolean equal(JsonNode a, JsonNode b, Optional<Parameter> parameter) {
    return equal(a, b, isEnumerated(parameter), TypedValues::sameText);
  }

  private static boolean isEnumerated(Optional<Parameter> parameter) {
    return parameter.filter(p -> !p.allowed().isEmpty()).isPresent();
  }

  private static boolean sameText(String a, String b, boolean enumerated) {
    String left = text(a);
    String right = text(b);
    return left.equals(right) || (enumerated && Text.foldCase(left).equals(Text.foldCase(right)));
  }

  /**
   * A value with its texts in the form in which they are compared: what {@link #equal} says of two
   * values, {@link #equalNormal} says of theirs, without going through long texts again.
   */
  static JsonNode normal(JsonNode value, Optional<Parameter> parameter) {
    return normal(value, isEnumerated(parameter));
  }

  private static JsonNode normal(JsonNode value, boolean enumerated) {
    return switch (value) {
      case StringNode string -> {
        String text = text(string.stringValue());
        yield StringNode.valueOf(enumerated ? Text.foldCase(text) : text);
      }
      case ArrayNode list -> {
        ArrayNode items = Json.array();
        list.values().forEach(item -> items.add(normal(item, enumerated)));
        yield items;
      }
      case ObjectNode object -> {
        ObjectNode members = Json.object();
        object.properties().forEach(e -> members.set(e.getKey(), normal(e.getValue(), false)));
        yield members;
      }
      default -> value;
    };
  }

  /** Whether the values of which these are the normal forms are equal. */
  static boolean equalNormal(JsonNode a, JsonNode b) {
    return equal(a, b, false, (x, y, _) -> x.equals(y));
  }

  private interface TextTest {
    boolean same(String a, String b, boolean enumerated);
  }

  private static boolean equal(JsonNode a, JsonNode b, boolean enumerated, TextTest texts) {
    if (a.isString() && b.isString()) {
      return texts.same(a.stringValue(), b.stringValue(), enumerated);
    }
    if (a.isNumber() && b.isNumber()) {
      return sameNumber(a, b);
    }
    if (a instanceof ArrayNode left && b instanceof ArrayNode right) {
      if (left.size() != right.size()) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        if (!equal(left.get(i), right.get(i), enumerated, texts)) {
          return false;
        }
      }
      return true;
    }
    if (a instanceof ObjectNode left && b instanceof ObjectNode right) {
      if (left.size() != right.size()) {
        return false;
      }
      for (Map.Entry<String, JsonNode> entry : left.properties()) {
        JsonNode other = right.get(entry.getKey());
        if (other == null || !equal(entry.getValue(), other, false, texts)) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }

  /**
   * Whether two JSON numbers have the same value: exact for integers, otherwise as decimal numbers.
   */
  private static boolean sameNumber(JsonNode a, JsonNode b) {
    if (a.isIntegralNumber() && b.isIntegralNumber()) {
      return a.bigIntegerValue().equals(b.bigIntegerValue());
    }
    if (isUnbounded(a) || isUnbounded(b)) {
      return isUnbounded(a) && isUnbounded(b) && a.doubleValue() == b.doubleValue();
    }
    return a.decimalValue().compareTo(b.decimalValue()) == 0;
  }

  /** Whether a number is one that JSON cannot hold: infinite, or none at all. */
  private static boolean isUnbounded(JsonNode number) {
    return number.isDouble() && !Double.isFinite(number.doubleValue());
  }

  private static String text(String text) {
    return Text.collapse(Text.normalize(text, Normalizer.Form.NFC));
  }
}
