package toolr0.eval.sets;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Turns the labels of a record's calls, and the references to them, into positions: what refers to
 * the n-th call begins with {@code $varn}. Of a label that several calls have, the last one before
 * the reference counts. References may stand anywhere in a text, as in {@code "10 * $var1.rate$"};
 * other text with a dollar sign is left alone.
 */
final class NestfulReferences {
  private static final int SHOWN_TEXT = 200;

  private final Map<String, Result> results = new HashMap<>();
  private Optional<String> fault = Optional.empty();
  private int calls;

  /**
   * What a label stands for.
   *
   * @param call the number of the call, from 1
   * @param outputs the names of what it gives, empty when they are not known
   */
  private record Result(int call, Set<String> outputs) {}

  /**
   * The arguments of the next call with its references turned into positions.
   *
   * @param label the published label, with or without a dollar sign
   * @param outputs the names of the call's outputs, empty when they are not known
   */
  ObjectNode next(Optional<String> label, Set<String> outputs, ObjectNode arguments) {
    ObjectNode rewritten = object(arguments);
    calls++;
    label.ifPresent(
        l -> results.put(l.startsWith("$") ? l.substring(1) : l, new Result(calls, outputs)));
    return rewritten;
  }

  /** What is wrong with the first faulty reference, when there is one. */
  Optional<String> fault() {
    return fault;
  }

  private void note(String what, String text) {
    if (fault.isEmpty()) {
      fault = Optional.of(what + ": " + Text.shorten(text, SHOWN_TEXT));
    }
  }

  private ObjectNode object(ObjectNode object) {
    ObjectNode result = Json.object();
    object.properties().forEach(e -> result.set(e.getKey(), value(e.getValue())));
    return result;
  }

  private JsonNode value(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> object(object);
      case ArrayNode list -> {
        ArrayNode result = Json.array();
        list.values().forEach(item -> result.add(value(item)));
        yield result;
      }
      default -> value.isString() ? StringNode.valueOf(text(value.stringValue())) : value;
    };
  }

  private String text(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); ) {
      if (!isWord(text.charAt(at))) {
        out.append(text.charAt(at));
        at++;
        continue;
      }
      int end = at;
      while (end < text.length() && isWord(text.charAt(end))) {
        end++;
      }
      String word = text.substring(at, end);
      Optional<Result> result = Optional.ofNullable(results.get(word));
      if (result.isPresent() && at > 0 && text.charAt(at - 1) == '$') {
        out.append("var").append(result.get().call);
        checkOutput(text, end, result.get());
      } else {
        out.append(word);
        if (result.isPresent() && text.startsWith(".", end) && text.endsWith("$")) {
          note("the gold refers to a result without the dollar sign before it", text);
        }
      }
      at = end;
    }
    return out.toString();
  }

  /** Notes a reference to an output that the call does not have. */
  private void checkOutput(String text, int at, Result result) {
    if (text.startsWith(".", at) && !result.outputs.isEmpty()) {
      int end = at + 1;
      while (end < text.length() && ".[$".indexOf(text.charAt(end)) < 0) {
        end++;
      }
      if (!result.outputs.contains(text.substring(at + 1, end))) {
        note("the gold refers to an output that the call does not list", text);
      }
    }
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
