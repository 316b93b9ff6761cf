package toolr0.eval.bfcl;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import toolr0.base.Text;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls as the source text {@code [name(key=value, ...), ...]} from which BFCL's decoders read the
 * same calls again: Python's own parser, and tree-sitter for Java and JavaScript.
 *
 * <p>In Java and JavaScript every decoded value is a text, and escapes stay as they are written. A
 * text is therefore put between quotes that it does not contain; the decoders take them off. One
 * that has line breaks, or both kinds of quotes and is no bracketed literal, cannot be written
 * exactly; a value that is no text is read as one.
 */
final class CallSource {
  private static final Pattern IDENTIFIER =
      Pattern.compile("[_\\p{IsAlphabetic}][_\\p{IsAlphabetic}\\p{Nd}]*+");
  private static final Set<String> KEYWORDS =
      Set.of(
          "False",
          "None",
          "True",
          "and",
          "as",
          "assert",
          "async",
          "await",
          "break",
          "class",
          "continue",
          "def",
          "del",
          "elif",
          "else",
          "except",
          "finally",
          "for",
          "from",
          "global",
          "if",
          "import",
          "in",
          "is",
          "lambda",
          "nonlocal",
          "not",
          "or",
          "pass",
          "raise",
          "return",
          "try",
          "while",
          "with",
          "yield");
  private static final Set<Character> BRACKETS = Set.of('[', '{');

  private CallSource() {}

  static String of(List<ToolCall> calls, SourceLanguage language) {
    return calls.stream()
        .map(call -> language == SourceLanguage.PYTHON ? python(call) : literals(call, language))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String python(ToolCall call) {
    return pythonName(call.name())
        + call.arguments().properties().stream()
            .map(CallSource::pythonArgument)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  /**
   * A function's name. One that is no name in Python becomes one that no function has, so that the
   * call is still read as a call.
   */
  private static String pythonName(String name) {
    boolean isName =
        List.of(name.split("\\.", -1)).stream().allMatch(CallSource::isPythonIdentifier);
    return isName ? name : "no_name_" + name.replaceAll("[^A-Za-z0-9_]", "_");
  }

  private static boolean isPythonIdentifier(String text) {
    return IDENTIFIER.matcher(text).matches() && !KEYWORDS.contains(text);
  }

  private static String pythonArgument(Map.Entry<String, JsonNode> argument) {
    return isPythonIdentifier(argument.getKey())
        ? argument.getKey() + "=" + python(argument.getValue())
        : "**{" + python(argument.getKey()) + ": " + python(argument.getValue()) + "}";
  }

  private static String python(JsonNode value) {
    return switch (value) {
      case ArrayNode list ->
          list.values().stream()
              .map(CallSource::python)
              .collect(Collectors.joining(", ", "[", "]"));
      case ObjectNode dict ->
          dict.properties().stream()
              .map(e -> python(e.getKey()) + ": " + python(e.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      case JsonNode v when v.isString() -> python(v.stringValue());
      case JsonNode v when v.isBoolean() -> v.booleanValue() ? "True" : "False";
      case JsonNode v when v.isNull() -> "None";
      default -> value.toString();
    };
  }

  private static String python(String text) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          boolean loneSurrogate =
              Character.isSurrogate(c)
                  && !(Character.isHighSurrogate(c)
                      && i + 1 < text.length()
                      && Character.isLowSurrogate(text.charAt(i + 1)))
                  && !(Character.isLowSurrogate(c)
                      && i > 0
                      && Character.isHighSurrogate(text.charAt(i - 1)));
          if (Character.isISOControl(c) || loneSurrogate) {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('\'').toString();
  }

  private static String literals(ToolCall call, SourceLanguage language) {
    return call.name()
        + call.arguments().properties().stream()
            .map(e -> e.getKey() + "=" + literal(e.getValue(), language))
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String literal(JsonNode value, SourceLanguage language) {
    if (!value.isString()) {
      return value.toString();
    }
    String text = value.stringValue();
    boolean oneLine = text.indexOf('\n') < 0 && text.indexOf('\r') < 0;
    if (oneLine && closable(text) && text.indexOf('"') < 0) {
      return '"' + text + '"';
    }
    if (oneLine && closable(text) && text.indexOf('\'') < 0) {
      return '\'' + text + '\'';
    }
    String stripped = Text.strip(text);
    boolean bracketed =
        stripped.startsWith("new ")
            || (language == SourceLanguage.JAVASCRIPT
                && !stripped.isEmpty()
                && BRACKETS.contains(stripped.charAt(0)));
    return bracketed ? text : '"' + text.replace('"', '\'').replaceAll("\\R", "\\\\n") + '"';
  }

  /** Whether a quote behind the text would close it: no backslash is left over before it. */
  private static boolean closable(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\\') {
      end--;
    }
    return (text.length() - end) % 2 == 0;
  }
}
