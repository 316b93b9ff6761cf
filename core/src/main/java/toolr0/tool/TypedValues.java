package toolr0.tool;

import java.text.Normalizer;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Equality of argument values: numbers by value, text in NFC with white space collapsed, lists in
 * order, objects by key; values of different JSON types differ. Where the tool lists the allowed
 * values, the case of text does not count.
 */
final class TypedValues {
  private TypedValues() {}

  static boolean equal(JsonNode a, JsonNode b, Optional<Parameter> parameter) {
    if (a.isString() && b.isString()) {
      String left = text(a);
      String right = text(b);
      boolean enumerated = parameter.filter(p -> !p.allowed().isEmpty()).isPresent();
      return left.equals(right) || (enumerated && Text.foldCase(left).equals(Text.foldCase(right)));
    }
    if (a.isNumber() && b.isNumber()) {
      return sameNumber(a, b);
    }
    if (a instanceof ArrayNode left && b instanceof ArrayNode right) {
      if (left.size() != right.size()) {
        return false;
      }
      for (int i = 0; i < left.size(); i++) {
        if (!equal(left.get(i), right.get(i), parameter)) {
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
        if (other == null || !equal(entry.getValue(), other, Optional.empty())) {
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

  private static String text(JsonNode node) {
    return Text.collapse(Text.normalize(node.stringValue(), Normalizer.Form.NFC));
  }
}
