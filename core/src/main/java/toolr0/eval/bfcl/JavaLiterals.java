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
 * The values that Java literals stand for by BFCL's rules, which are looser than Java's: commas
 * split lists even inside strings, and the first closing bracket ends a collection. Text that a
 * rule does not fit stays text.
 */
final class JavaLiterals {
  private static final Pattern INTEGER = PythonPattern.of("-?+\\d++\\n?+");
  private static final Pattern LONG = PythonPattern.of("-?+\\d++[lL]\\n?+");
  private static final Pattern DOUBLE =
      PythonPattern.of("-?+\\d++(?:\\.\\d++)?+(?:[eE][+-]?+\\d++)?+\\n?+");
  private static final Pattern FLOAT =
      PythonPattern.of("-?+\\d++(?:\\.\\d++)?+(?:[eE][+-]?+\\d++)?+[fF]\\n?+");
  private static final Pattern ARRAY = PythonPattern.of("new\\s++\\w++\\[\\]\\s*+\\{");
  private static final Pattern AS_LIST =
      PythonPattern.of("new\\s++ArrayList<\\w*+>\\(Arrays\\.asList\\([^\n]");
  private static final Pattern LIST_BODY =
      PythonPattern.of("new\\s++ArrayList<\\w*+>\\(\\)\\s*+\\{\\{");
  private static final Pattern LIST_EMPTY = PythonPattern.of("new\\s++ArrayList<\\w*+>\\(\\)");
  private static final Pattern ADD = PythonPattern.of("add\\([^\n]");
  private static final Pattern MAP = PythonPattern.of("new\\s++HashMap<");
  private static final Pattern MAP_BODY = PythonPattern.of(">\\s*+\\(\\)\\s*+\\{");
  private static final Pattern MAP_EMPTY = PythonPattern.of(">\\s*+\\(\\)");
  private static final Pattern BRACE = Pattern.compile("\\}");
  private static final Pattern PARENTHESIS = Pattern.compile("\\)");
  private static final Pattern TWO_PARENTHESES = Pattern.compile("\\)\\)");
  private static final String PUT = "put(\"";
  private static final String SEPARATOR = "\",";

  private JavaLiterals() {}

  /**
   * The value of a literal.
   *
   * @param itemType of a list; without it items are guessed
   * @throws CheckerCrash for a type that BFCL does not convert
   */
  static JsonNode convert(String text, String type, Optional<String> itemType) throws CheckerCrash {
    return switch (type) {
      case "byte", "short", "integer" ->
          INTEGER.matcher(text).matches()
              ? PythonNumbers.integerOf(text)
              : StringNode.valueOf(text);
      case "long" ->
          LONG.matcher(text).matches()
              ? PythonNumbers.integerOf(withoutSuffix(text))
              : StringNode.valueOf(text);
      case "float" ->
          FLOAT.matcher(text).matches()
              ? PythonNumbers.floatOf(withoutSuffix(text))
              : StringNode.valueOf(text);
      case "double" ->
          DOUBLE.matcher(text).matches() ? PythonNumbers.floatOf(text) : StringNode.valueOf(text);
      case "boolean" -> bool(text);
      case "char", "String", "any" -> StringNode.valueOf(text);
      case "Array" -> array(text, itemType);
      case "ArrayList" -> arrayList(text, itemType);
      case "HashMap" -> hashMap(text);
      case "Set", "Hashtable", "Queue", "Stack" ->
          throw new CheckerCrash(BfclError.NOT_IMPLEMENTED);
      default -> throw new CheckerCrash(BfclError.VALUE_ERROR);
    };
  }

  private static String withoutSuffix(String text) {
    String number = Text.strip(text);
    return number.substring(0, number.length() - 1);
  }

  private static JsonNode bool(String text) {
    return switch (text) {
      case "true" -> BooleanNode.TRUE;
      case "false" -> BooleanNode.FALSE;
      default -> StringNode.valueOf(text);
    };
  }

  private static JsonNode item(String text, Optional<String> itemType) throws CheckerCrash {
    return itemType.isPresent() ? convert(text, itemType.get(), Optional.empty()) : guess(text);
  }

  private static JsonNode array(String text, Optional<String> itemType) throws CheckerCrash {
    Optional<Span> items = Span.onOneLine(text, 0, ARRAY, BRACE);
    if (items.isEmpty()) {
      return StringNode.valueOf(text);
    }
    ArrayNode list = Json.array();
    for (String item : items.get().of(text).split(",", -1)) {
      String stripped = Text.strip(item);
      if (!stripped.isEmpty()) {
        list.add(item(stripped, itemType));
      }
    }
    return list;
  }

  private static JsonNode arrayList(String text, Optional<String> itemType) throws CheckerCrash {
    Optional<Span> items = Span.onOneLine(text, 0, AS_LIST, TWO_PARENTHESES);
    if (items.isPresent()) {
      ArrayNode list = Json.array();
      for (String item :
          text.substring(items.get().start() - 1, items.get().end()).split(",", -1)) {
        list.add(listItem(item, itemType));
      }
      return list;
    }
    Matcher body = LIST_BODY.matcher(text);
    if (body.find() && text.indexOf("}}", body.end()) >= 0) {
      return added(text.substring(body.end(), text.indexOf("}}", body.end())), itemType);
    }
    return LIST_EMPTY.matcher(text).find() ? Json.array() : StringNode.valueOf(text);
  }

  private static ArrayNode added(String body, Optional<String> itemType) throws CheckerCrash {
    ArrayNode list = Json.array();
    Optional<Span> item = Span.onOneLine(body, 0, ADD, PARENTHESIS);
    while (item.isPresent()) {
      list.add(listItem(body.substring(item.get().start() - 1, item.get().end()), itemType));
      item = Span.onOneLine(body, item.get().after(), ADD, PARENTHESIS);
    }
    return list;
  }

  private static JsonNode listItem(String item, Optional<String> itemType) throws CheckerCrash {
    String stripped = Text.strip(item);
    boolean quoted = itemType.filter(t -> t.equals("String") || t.equals("char")).isPresent();
    return quoted ? StringNode.valueOf(inner(stripped)) : item(stripped, itemType);
  }

  /** The text without its first and its last character, whatever they are. */
  private static String inner(String text) {
    return text.length() < 2 ? "" : text.substring(1, text.length() - 1);
  }

  private static JsonNode hashMap(String text) {
    Matcher map = MAP.matcher(text);
    Matcher body = MAP_BODY.matcher(text);
    if (map.find() && body.find(map.end()) && text.indexOf('}', body.end()) >= 0) {
      return put(text.substring(body.end(), text.indexOf('}', body.end())));
    }
    return Span.onOneLine(text, 0, MAP, MAP_EMPTY).isPresent()
        ? Json.object()
        : StringNode.valueOf(text);
  }

  /** The pairs of all puts; a put that is not closed on its line is none. */
  private static ObjectNode put(String body) {
    ObjectNode map = Json.object();
    int lineEnd = -1;
    int at = body.indexOf(PUT);
    while (at >= 0) {
      int key = at + PUT.length();
      lineEnd = lineEnd < key ? lineEnd(body, key) : lineEnd;
      Optional<Span> pair = pair(body, key, lineEnd);
      pair.ifPresent(
          p ->
              map.set(
                  body.substring(key, p.start()), guess(body.substring(p.end(), p.after() - 1))));
      at = body.indexOf(PUT, pair.isPresent() ? pair.get().after() : lineEnd);
    }
    return map;
  }

  /** The end of a key, the start of its value, and the end of the put. */
  private static Optional<Span> pair(String body, int key, int lineEnd) {
    int first = body.indexOf(SEPARATOR, key, lineEnd);
    if (first < 0) {
      return Optional.empty();
    }
    Optional<Span> pair = pairAt(first, body, lineEnd);
    return pair.isPresent()
        ? pair
        : pairAt(body.lastIndexOf(SEPARATOR, lineEnd - 1), body, lineEnd);
  }

  private static Optional<Span> pairAt(int separator, String body, int lineEnd) {
    int value = separator + SEPARATOR.length();
    while (value < body.length() && Text.isSpace(body.charAt(value))) {
      value++;
    }
    int close = body.indexOf(')', value, value <= lineEnd ? lineEnd : lineEnd(body, value));
    return close >= 0 ? Optional.of(new Span(separator, value, close + 1)) : Optional.empty();
  }

  private static int lineEnd(String text, int from) {
    int newline = text.indexOf('\n', from);
    return newline < 0 ? text.length() : newline;
  }

  /** A value whose type is not declared. */
  private static JsonNode guess(String text) {
    String value = Text.strip(text);
    if (value.equals("true") || value.equals("false")) {
      return BooleanNode.valueOf(value.equals("true"));
    }
    if (value.startsWith("\"") && value.endsWith("\"")) {
      return StringNode.valueOf(inner(value));
    }
    if (LONG.matcher(value).matches() || FLOAT.matcher(value).matches()) {
      return PythonNumbers.read(withoutSuffix(value)).orElseThrow();
    }
    return PythonNumbers.read(value).orElse(StringNode.valueOf(value));
  }
}
