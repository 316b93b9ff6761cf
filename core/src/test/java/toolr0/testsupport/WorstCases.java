package toolr0.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.node.StringNode;

/** Texts of a given length that are hard on parsers, by name; the same in every run. */
public final class WorstCases {
  /** Bytes of a worst case: as many as the bound on time speaks of, fewer where there is none. */
  public static final int SIZE = TimeBound.holds() ? TimeBound.SIZE : 5_000;

  private WorstCases() {}

  /** Texts of about the given number of bytes in UTF-8. */
  public static Map<String, String> of(int size) {
    Map<String, String> cases = new LinkedHashMap<>();
    nesting(size, cases);
    for (String piece :
        new String[] {
          "a",
          " ",
          "\n",
          "\u0000",
          "\"",
          "'",
          "\\",
          "\\\"",
          "'\"",
          ",",
          ":",
          "-",
          ".",
          "$",
          "#",
          "# \n",
          "<",
          "```",
          "```json",
          "${",
          "${}",
          "\"${}",
          "$var1.",
          "$var1.a$ ",
          "list(",
          "list of ",
          " or ",
          "One of: [",
          "Parameters: {",
          "API_call_",
          "#/",
          "\u00e9",
          "\u6771",
          "\u0660",
          "\ud83d\ude00",
          "\ud83d",
          "\ude00",
          "\\ud83d",
          "\u0301",
          "\u0301\u0316",
          "\u0345",
          "\u034f",
          "\u03a3",
          "\u03a3'",
          "a\u03a3 ",
          "\u0130",
          "\u00df",
          "\ufdfa",
          "\u200d",
          "<think>",
          "</think>",
          "<question>",
          "</question>",
          "<available_tools>",
          "</available_tools>",
          "<tool_call_answer>",
          "</tool_call_answer>",
          "<tool_call_answer>[]</tool_call_answer>",
          "<TOOL_CALL_ANSWER>[</TOOL_CALL_ANSWER>",
          "9",
          "0",
          "1,",
          "1.",
          "1-",
          "1e9",
          ",111",
          "1,111",
          "1/1/2024 ",
          "2024-01-01",
          "jan 1 ",
          "1 of january ",
          "one ",
          "twenty-",
          "one hundred and ",
          "minus ",
          "a b ",
          "user: agent: ",
          "{{",
          "None",
          "null ",
          "True,"
        }) {
      cases.put("repeated " + quoted(piece), repeated(piece, size));
    }
    numbers(size, cases);
    documents(size, cases);
    return cases;
  }

  /**
   * Hands over the texts of about the given number of bytes in UTF-8.
   *
   * @throws AssertionError naming every text that failed
   */
  public static void each(int size, Consumer<String> consumer) {
    collect(
        failures ->
            of(size).forEach((name, text) -> failures.attempt(name, () -> consumer.accept(text))));
  }

  /** Attempts of which each may fail without the others' being left out. */
  static final class Failures {
    private final List<String> failures = new ArrayList<>();

    void attempt(String name, Runnable attempt) {
      try {
        attempt.run();
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        failures.add(name + ": " + Text.shorten(e.toString(), 500));
      }
    }
  }

  /**
   * Makes attempts.
   *
   * @throws AssertionError naming every attempt that failed
   */
  static void collect(Consumer<Failures> attempts) {
    Failures failures = new Failures();
    attempts.accept(failures);
    if (!failures.failures.isEmpty()) {
      throw new AssertionError(String.join("\n", failures.failures));
    }
  }

  /** A text as a JSON string. */
  public static String quoted(String text) {
    return Json.compact(StringNode.valueOf(text));
  }

  /** A piece as often as it fits, at least once. */
  public static String repeated(String piece, int size) {
    return piece.repeat(Math.max(1, size / piece.getBytes(StandardCharsets.UTF_8).length));
  }

  /** A JSON list of a piece as often as it fits; in the piece, %d is replaced by the place. */
  public static String listed(String piece, int size) {
    return "[" + joined(piece, size) + "]";
  }

  /** Pieces with commas between them; in each, %d is replaced by its place. */
  public static String joined(String piece, int size) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; out.length() + piece.length() < size; i++) {
      out.append(i == 0 ? "" : ",").append(piece.replace("%d", Integer.toString(i)));
    }
    return out.toString();
  }

  private static void nesting(int size, Map<String, String> cases) {
    for (String open : new String[] {"[", "(", "{", "[{(", "{\"a\":", "{'a':", "[[],"}) {
      String close = closing(open);
      cases.put("open " + open, repeated(open, size));
      int times = size / (open.length() + close.length());
      cases.put("nested " + open, open.repeat(times) + close.repeat(times));
      for (int depth : new int[] {99, 199, 10_000}) {
        cases.put(
            "nested %s %d deep".formatted(open, depth), open.repeat(depth) + close.repeat(depth));
        if (depth < 200) {
          String one = open.repeat(depth) + "1" + close.repeat(depth);
          cases.put("list of %s %d deep".formatted(open, depth), listed(one, size));
          cases.put(
              "%s %d deep around a text".formatted(open, depth),
              open.repeat(depth) + "\"" + repeated("a'", size) + "\"" + close.repeat(depth));
        }
      }
    }
  }

  private static String closing(String open) {
    StringBuilder close = new StringBuilder();
    int opened = 0;
    for (int i = open.length() - 1; i >= 0; i--) {
      switch (open.charAt(i)) {
        case '[' -> close.append(opened-- > 0 ? "" : "]");
        case ']' -> opened++;
        case '{' -> close.append('}');
        case '(' -> close.append(')');
        default -> {}
      }
    }
    return close.toString();
  }

  private static void numbers(int size, Map<String, String> cases) {
    for (String number :
        new String[] {
          "1e999999999",
          "1e-999999999",
          "-1e308",
          "1e400",
          "1e99999999999999999999",
          "0." + "0".repeat(900) + "1",
          "1" + "0".repeat(999),
          "9".repeat(1_001),
          "\"" + "9".repeat(800) + "x\"",
          "\"1e999\"",
          "\"1e999999999\"",
          "NaN",
          "-Infinity",
          "00",
          "0x1F"
        }) {
      String name = number.length() > 20 ? number.substring(0, 8) + "..." : number;
      cases.put("number " + name, number);
      cases.put("numbers " + name, listed(number, size));
      cases.put("call with number " + name, call("{\"a\":" + number + "}"));
      cases.put("call with numbers " + name, call("{\"a\":" + listed(number, size) + "}"));
    }
    cases.put("long thousands", "1" + repeated(",111", size) + "1");
  }

  private static void documents(int size, Map<String, String> cases) {
    String call = "{\"name\":\"f\",\"arguments\":{\"a\":1}}";
    cases.put("calls", listed(call, size));
    cases.put("numbered calls", listed("{\"name\":\"f\",\"arguments\":{\"a\":%d}}", size));
    cases.put("calls of other tools", listed("{\"name\":\"f%d\"}", size));
    cases.put("lists of calls", listed("[" + call + "]", size));
    cases.put("call with many arguments", call("{" + joined("\"a%d\":%d", size) + "}"));
    cases.put("call with one argument repeated", call("{" + joined("\"a\":%d", size) + "}"));
    cases.put("call with a long key", call("{\"" + repeated("k", size) + "\":1}"));
    cases.put("call with arguments as text", call("\"{" + joined("\\\"a%d\\\":%d", size) + "}\""));
    cases.put("call with words", call("{\"a\":\"" + repeated("a b ", size) + "c\"}"));
    cases.put("call with texts", call("{" + joined("\"a%d\":\"a b a\"", size) + "}"));
    cases.put("call with escapes", call("{\"a\":\"" + repeated("\\u0301\\u0316", size) + "\"}"));
    cases.put(
        "python call", "[{'name': 'f', 'arguments': {'a': '" + repeated("\\'", size) + "'}}]");
    cases.put("tools", listed("{\"name\":\"f%d\",\"parameters\":{\"a\":\"int\"}}", size));
    cases.put("tools of one name", listed("{\"name\":\"f\",\"parameters\":{}}", size));
    cases.put(
        "tool with many parameters", tool(joined("\"a%d\":{\"type\":\"integer\"}", size), ""));
    cases.put(
        "tool with one parameter repeated", tool(joined("\"a\":{\"type\":\"integer\"}", size), ""));
    cases.put("tool with many required", tool("\"a\":\"int\"", joined("\"a\"", size)));
    cases.put("tool with many unknown required", tool("\"a\":\"int\"", joined("\"b%d\"", size)));
    cases.put(
        "tool with a large enumeration",
        tool("\"a\":{\"type\":\"string\",\"enum\":" + listed("\"v%d\"", size) + "}", ""));
    cases.put(
        "tool with a large default",
        tool("\"a\":{\"type\":\"array\",\"default\":" + listed("[]", size) + "}", ""));
    cases.put(
        "tool with references",
        tool(joined("\"a%d\":{\"type\":\"object\",\"$ref\":\"#/0/parameters/a%d\"}", size), ""));
    cases.put("tool with unknown types", tool(joined("\"a%d\":{\"type\":\"rope%d\"}", size), ""));
    cases.put(
        "completion",
        "<think>t</think><question>What is a1?</question><available_tools>"
            + tool("\"a\":\"int\"", "")
            + "</available_tools><tool_call_answer>"
            + listed(call, size)
            + "</tool_call_answer>");
  }

  private static String call(String arguments) {
    return "[{\"name\":\"f\",\"arguments\":" + arguments + "}]";
  }

  private static String tool(String parameters, String required) {
    return "[{\"name\":\"f\",\"description\":\"Does.\",\"parameters\":{%s},\"required\":[%s]}]"
        .formatted(parameters, required);
  }
}
