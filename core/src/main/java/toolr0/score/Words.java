package toolr0.score;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import toolr0.base.Text;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/** Calls and values in words. */
final class Words {
  private static final int SHOWN = 80;

  private Words() {}

  /** A text on one line, cut where it is too long to read. */
  static String brief(String text) {
    return Text.shorten(Text.collapse(text), SHOWN);
  }

  /** A value as JSON has it, cut where it is too long to read. */
  static String value(JsonNode value) {
    return brief(value.toString());
  }

  /** The kind of a value: "a text", "a number" and so on. */
  static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL -> "null";
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      default -> "no value";
    };
  }

  /** A call by its place, from 1, and its content. */
  static String call(String whose, int index, ToolCall call) {
    return whose + " call " + (index + 1) + " " + brief(signature(call));
  }

  /** A call as {@code name(key=value, ..)}. */
  static String signature(ToolCall call) {
    return call.name()
        + call.arguments().properties().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(", ", "(", ")"));
  }

  /** How a value differs from the wanted one: "is X instead of Y", and in which respect. */
  static String difference(JsonNode given, JsonNode wanted) {
    String is = "is " + value(given) + " instead of " + value(wanted);
    if (given.getNodeType() != wanted.getNodeType()) {
      return is + ": " + kind(given) + " where gold has " + kind(wanted);
    }
    if (given.isString()) {
      String a = given.stringValue();
      String b = wanted.stringValue();
      if (Text.foldCase(Text.collapse(a)).equals(Text.foldCase(Text.collapse(b)))) {
        return is + ": only the case of letters differs";
      }
      if (Text.fold(a)
          .replaceAll("[^\\p{L}\\p{N}]", "")
          .equals(Text.fold(b).replaceAll("[^\\p{L}\\p{N}]", ""))) {
        return is + ": only punctuation, spaces or case differ";
      }
      return is + firstDifference(a, b);
    }
    return is;
  }

  private static String firstDifference(String given, String wanted) {
    if (Text.length(given) <= SHOWN && Text.length(wanted) <= SHOWN) {
      return "";
    }
    int[] a = given.codePoints().toArray();
    int[] b = wanted.codePoints().toArray();
    int at =
        IntStream.range(0, Math.min(a.length, b.length))
            .filter(i -> a[i] != b[i])
            .findFirst()
            .orElse(Math.min(a.length, b.length));
    return ": they part at character " + (at + 1);
  }

  /** "3 calls", "1 call", "no calls". */
  static String count(int n, String noun) {
    return n == 0 ? "no " + noun + "s" : n == 1 ? "1 " + noun : n + " " + noun + "s";
  }

  /** Calls on one line of JSON. */
  static String calls(List<ToolCall> calls) {
    return brief(CallWriter.write(calls));
  }
}
