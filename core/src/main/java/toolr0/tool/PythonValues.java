package toolr0.tool;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;

/** The published comparison of argument values (method section 6), peculiarities included. */
public final class PythonValues {
  private static final Pattern PLAIN_NUMBER = Pattern.compile("-?\\p{Nd}+(?:\\.\\p{Nd}+)?");
  private static final int MAX_NUMERIC_DIGITS = 15;
  private static final double TOLERANCE = 1e-9;

  private PythonValues() {}

  static boolean match(JsonNode a, JsonNode b) {
    if (equal(a, b)) {
      return true;
    }
    if (isIntegerOrText(a) && isIntegerOrText(b) && isPlainNumber(a) && isPlainNumber(b)) {
      return Text.strip(python(a)).equals(Text.strip(python(b)));
    }
    if (isNumeric(a) && isNumeric(b)) {
      return Math.abs(number(a) - number(b)) < TOLERANCE;
    }
    if (a.isString() && b.isString()) {
      return Text.collapse(a.stringValue()).equals(Text.collapse(b.stringValue()));
    }
    return Json.canonical(a).equals(Json.canonical(b));
  }

  /** Python's ==: numbers by value, booleans are 1 and 0, lists and objects deeply. */
  public static boolean equal(JsonNode a, JsonNode b) {
    boolean numericA = a.isNumber() || a.isBoolean();
    boolean numericB = b.isNumber() || b.isBoolean();
    if (numericA && numericB) {
      return sameNumber(asNumber(a), asNumber(b));
    }
    if (a instanceof ArrayNode left && b instanceof ArrayNode right) {
      if (left.size() != right.size()) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        if (!equal(left.get(i), right.get(i))) {
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
        if (other == null || !equal(entry.getValue(), other)) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }

  private static JsonNode asNumber(JsonNode node) {
    return node.isBoolean() ? IntNode.valueOf(node.booleanValue() ? 1 : 0) : node;
  }

  /** Python compares an integer with a float exactly: 10**23 is not 1e23. */
  private static boolean sameNumber(JsonNode a, JsonNode b) {
    boolean wholeA = a.isIntegralNumber();
    boolean wholeB = b.isIntegralNumber();
    if (wholeA && wholeB) {
      boolean small = a.canConvertToLong() && b.canConvertToLong();
      return small
          ? a.longValue() == b.longValue()
          : a.bigIntegerValue().equals(b.bigIntegerValue());
    }
    if (!wholeA && !wholeB) {
      return Json.toDouble(a) == Json.toDouble(b);
    }
    JsonNode whole = wholeA ? a : b;
    double other = Json.toDouble(wholeA ? b : a);
    return Double.isFinite(other)
        && new BigDecimal(whole.bigIntegerValue()).compareTo(new BigDecimal(other)) == 0;
  }

  private static boolean isIntegerOrText(JsonNode node) {
    return node.isIntegralNumber() || node.isString();
  }

  private static boolean isPlainNumber(JsonNode node) {
    return PLAIN_NUMBER.matcher(Text.strip(python(node))).matches();
  }

  private static boolean isNumeric(JsonNode node) {
    if (node.isNumber()) {
      return true;
    }
    return node.isString()
        && isPlainNumber(node)
        && node.stringValue().codePoints().filter(Character::isDigit).count() <= MAX_NUMERIC_DIGITS;
  }

  private static double number(JsonNode node) {
    return node.isNumber()
        ? Json.toDouble(node)
        : Double.parseDouble(asciiDigits(node.stringValue()));
  }

  private static String asciiDigits(String text) {
    StringBuilder out = new StringBuilder();
    Text.strip(text)
        .codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static String python(JsonNode node) {
    return node.isString() ? node.stringValue() : node.toString();
  }
}
