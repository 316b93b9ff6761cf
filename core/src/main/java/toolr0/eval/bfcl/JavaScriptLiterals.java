package toolr0.eval.bfcl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The values that JavaScript literals stand for by BFCL's rules, which are looser than
 * JavaScript's: commas split lists even inside strings, and the first closing bracket ends a list
 * or an object. Text that a rule does not fit stays text.
 */
final class JavaScriptLiterals {
  private static final Pattern INTEGER = PythonPattern.of("-?+\\d++\\n?+");
  private static final Pattern FLOAT = PythonPattern.of("-?+\\d++(?:\\.\\d++)?+\\n?+");
  private static final Pattern BIGINT = PythonPattern.of("-?+\\d++n\\n?+");
  private static final Pattern LIST_OF_ROWS = PythonPattern.of("\\[\\s*+\\[");
  private static final Pattern NEW_ARRAY = PythonPattern.of("new\\s++Array\\(");

  private JavaScriptLiterals() {}

  /**
   * The value of a literal.
   *
   * @param itemType of a list; without it items are guessed
   * @throws CheckerCrash for a type that BFCL does not convert
   */
  static JsonNode convert(String text, String type, Optional<String> itemType) throws CheckerCrash {
    return switch (type) {
      case "String" -> StringNode.valueOf(isQuoted(text) ? inner(text) : text);
      case "integer" ->
          INTEGER.matcher(text).matches()
              ? PythonNumbers.integerOf(text)
              : StringNode.valueOf(text);
      case "float" ->
          FLOAT.matcher(text).matches() ? PythonNumbers.floatOf(text) : StringNode.valueOf(text);
      case "Bigint" -> bigint(text);
      case "Boolean" -> bool(text).orElse(StringNode.valueOf(text));
      case "any" -> StringNode.valueOf(text);
      case "array" -> array(text, itemType);
      case "dict" -> dict(text);
      default -> throw new CheckerCrash(BfclError.VALUE_ERROR);
    };
  }

  private static JsonNode bigint(String text) throws CheckerCrash {
    if (!BIGINT.matcher(text).matches()) {
      return StringNode.valueOf(text);
    }
    if (text.endsWith("\n")) {
      throw new CheckerCrash(BfclError.VALUE_ERROR);
    }
    return PythonNumbers.integerOf(text.substring(0, text.length() - 1));
  }

  private static Optional<JsonNode> bool(String text) {
    return switch (text) {
      case "true" -> Optional.of(BooleanNode.TRUE);
      case "false" -> Optional.of(BooleanNode.FALSE);
      default -> Optional.empty();
    };
  }

  private static boolean isQuoted(String text) {
    return (text.startsWith("\"") && text.endsWith("\""))
        || (text.startsWith("'") && text.endsWith("'"));
  }

  private static String inner(String text) {
    return text.length() < 2 ? "" : text.substring(1, text.length() - 1);
  }

  private static JsonNode array(String literal, Optional<String> itemType) throws CheckerCrash {
    String text = Text.strip(literal);
    Matcher constructor = NEW_ARRAY.matcher(text);
    int open;
    char close;
    if (text.startsWith("[")) {
      open = 1;
      close = ']';
    } else if (constructor.lookingAt()) {
      open = constructor.end();
      close = ')';
    } else {
      return StringNode.valueOf(text);
    }
    int endOfRows = endOfRows(text, open, close);
    if (endOfRows >= 0) {
      String content = Text.strip(text.substring(open, endOfRows));
      boolean listOfRows = close == ')' && LIST_OF_ROWS.matcher(content).lookingAt();
      return rows(listOfRows ? content.substring(1) : content);
    }
    int end = text.indexOf(close, open);
    if (end < 0 || text.substring(open, end).indexOf('\n') >= 0) {
      return StringNode.valueOf(text);
    }
    ArrayNode list = Json.array();
    String content = Text.strip(text.substring(open, end));
    if (!content.isEmpty()) {
      for (String item : content.split(",", -1)) {
        String stripped = Text.strip(item);
        list.add(
            itemType.isPresent()
                ? convert(stripped, itemType.get(), Optional.empty())
                : guess(stripped));
      }
    }
    return list;
  }

  /**
   * Where the bracket stands that closes a list of lists, or -1. Its rows begin with a bracket, and
   * a closing bracket of a row is followed by the closing one or by a comma and the next row, white
   * space apart; a row whose bracket is followed by anything else goes on, to the end of its line.
   */
  private static int endOfRows(String text, int from, char close) {
    boolean inRow = false;
    boolean afterRow = false;
    boolean beforeRow = true;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (afterRow && c == close) {
        return i;
      }
      boolean space = Text.isSpace(c);
      boolean nextInRow = (inRow && c != '\n') || (beforeRow && c == '[');
      boolean nextBeforeRow = (beforeRow && space) || (afterRow && c == ',');
      afterRow = (afterRow && space) || (inRow && c == ']');
      inRow = nextInRow;
      beforeRow = nextBeforeRow;
    }
    return -1;
  }

  private static ArrayNode rows(String content) {
    ArrayNode rows = Json.array();
    int open = content.indexOf('[');
    while (open >= 0) {
      int close = content.indexOf(']', open);
      if (close < 0) {
        return rows;
      }
      int newline = content.indexOf('\n', open, close);
      if (newline >= 0) {
        open = content.indexOf('[', newline);
      } else {
        ArrayNode row = rows.addArray();
        for (String item : content.substring(open + 1, close).split(",", -1)) {
          row.add(guess(Text.strip(item)));
        }
        open = content.indexOf('[', close);
      }
    }
    return rows;
  }

  /** A list's item whose type is not declared. */
  private static JsonNode guess(String text) {
    if (isQuoted(text)) {
      return StringNode.valueOf(inner(text));
    }
    return bool(text).or(() -> PythonNumbers.read(text)).orElse(StringNode.valueOf(text));
  }

  private static JsonNode dict(String literal) throws CheckerCrash {
    String text = Text.strip(literal);
    int end = text.indexOf('}');
    if (!text.startsWith("{") || end < 0 || text.substring(0, end).indexOf('\n') >= 0) {
      return StringNode.valueOf(text);
    }
    return pairs(text.substring(1, end));
  }

  /**
   * The pairs of an object. A key goes up to the first colon, whatever is in it; its value goes up
   * to a comma behind which another colon follows before the next comma, or to the end.
   */
  private static ObjectNode pairs(String content) throws CheckerCrash {
    ObjectNode dict = Json.object();
    int at = 0;
    while (at < content.length()) {
      int key = at;
      while (key < content.length() && content.charAt(key) == ':') {
        key++;
      }
      int colon = content.indexOf(':', key);
      if (colon < 0) {
        return dict;
      }
      Span value = value(content, colon + 1);
      dict.set(
          withoutQuotes(content.substring(key, colon)), pairValue(Text.strip(value.of(content))));
      at = value.after();
    }
    return dict;
  }

  private static Span value(String content, int from) {
    int comma = content.indexOf(',', from);
    while (comma >= 0) {
      int next = content.indexOf(',', comma + 1);
      int end = next < 0 ? content.length() : next;
      int colon = end - 1;
      while (colon >= comma + 2 && content.charAt(colon) != ':') {
        colon--;
      }
      if (colon >= comma + 2) {
        int after = comma + 1;
        while (after + 1 < colon && Text.isSpace(content.charAt(after))) {
          after++;
        }
        return new Span(from, comma, after);
      }
      comma = next;
    }
    return new Span(from, content.length(), content.length());
  }

  private static String withoutQuotes(String text) {
    String key = Text.strip(text);
    int start = 0;
    int end = key.length();
    while (start < end && (key.charAt(start) == '"' || key.charAt(start) == '\'')) {
      start++;
    }
    while (end > start && (key.charAt(end - 1) == '"' || key.charAt(end - 1) == '\'')) {
      end--;
    }
    return key.substring(start, end);
  }

  private static JsonNode pairValue(String value) throws CheckerCrash {
    if (value.startsWith("[") && value.endsWith("]")) {
      return array(value, Optional.empty());
    }
    if (value.startsWith("{") && value.endsWith("}")) {
      return dict(value);
    }
    String plain = withoutQuotes(value);
    return bool(plain).or(() -> PythonNumbers.read(plain)).orElse(StringNode.valueOf(plain));
  }
}
