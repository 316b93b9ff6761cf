package toolr0.base;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON values as the texts that Python gives, which the published code works on. */
public final class PythonText {
  private PythonText() {}

  /** The text of {@code json.dumps(value, indent=2, ensure_ascii=False)}. */
  public static String indented(JsonNode node) {
    StringBuilder out = new StringBuilder();
    indent(node, "\n", out);
    return out.toString();
  }

  private static void indent(JsonNode node, String newLine, StringBuilder out) {
    String inner = newLine + "  ";
    switch (node) {
      case ArrayNode list when !list.isEmpty() -> {
        String before = "[";
        for (JsonNode element : list.values()) {
          out.append(before).append(inner);
          indent(element, inner, out);
          before = ",";
        }
        out.append(newLine).append(']');
      }
      case ObjectNode object when !object.isEmpty() -> {
        String before = "{";
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
          out.append(before).append(inner);
          json(entry.getKey(), out);
          out.append(": ");
          indent(entry.getValue(), inner, out);
          before = ",";
        }
        out.append(newLine).append('}');
      }
      default -> {
        if (node.isString()) {
          json(node.stringValue(), out);
        } else {
          out.append(
              node.isFloatingPointNumber()
                  ? PythonFloat.repr(Json.toDouble(node))
                  : node.toString());
        }
      }
    }
  }

  private static void json(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20) {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** The text of {@code str(value)}. */
  public static String str(JsonNode node) {
    return node.isString() ? node.stringValue() : repr(node);
  }

  private static String repr(JsonNode node) {
    return switch (node) {
      case ArrayNode list ->
          list.values().stream().map(PythonText::repr).collect(Collectors.joining(", ", "[", "]"));
      case ObjectNode object ->
          object.properties().stream()
              .map(e -> quoted(e.getKey()) + ": " + repr(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> {
        if (node.isString()) {
          yield quoted(node.stringValue());
        }
        if (node.isBoolean()) {
          yield node.booleanValue() ? "True" : "False";
        }
        if (node.isNull()) {
          yield "None";
        }
        yield node.isIntegralNumber()
            ? node.bigIntegerValue().toString()
            : PythonFloat.repr(Json.toDouble(node));
      }
    };
  }

  private static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder out = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\\' -> out.append("\\\\");
        default -> {
          if (c == quote) {
            out.append('\\');
          }
          out.append(c);
        }
      }
    }
    return out.append(quote).toString();
  }
}
