package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A golden answer of ToolAlpaca. Arguments are the text of a JSON object; values that only an
 * earlier call's result can give are placeholders ({@code ${id from search}}), written with or
 * without quotes. A call marked {@code [Optional]} may be left out.
 *
 * @param wanted the calls that have to be made; all calls when every one is optional
 * @param all those and the optional ones, in their order
 * @param isComplete whether the arguments of all calls could be read
 * @param unanswerable why no answer in one step can be right
 */
record ToolAlpacaGold(
    List<ToolCall> wanted, List<ToolCall> all, boolean isComplete, Optional<String> unanswerable) {
  private static final String OPTIONAL = "[Optional]";
  private static final String OPEN = "${";

  ToolAlpacaGold {
    wanted = List.copyOf(wanted);
    all = List.copyOf(all);
  }

  /** The lists of calls that are right. */
  List<List<ToolCall>> alternatives() {
    return wanted.equals(all) ? List.of(all) : List.of(wanted, all);
  }

  static ToolAlpacaGold read(JsonNode answer) throws BadRecord {
    if (!answer.isArray() || answer.isEmpty()) {
      throw new BadRecord("it has no golden answer");
    }
    List<ToolCall> wanted = new ArrayList<>();
    List<ToolCall> all = new ArrayList<>();
    Optional<String> unreadable = Optional.empty();
    for (JsonNode element : answer.values()) {
      ObjectNode stated = Fields.object(element, "a gold call");
      String action = Fields.text(stated, "Action").strip();
      boolean isOptional = action.startsWith(OPTIONAL);
      String name = isOptional ? action.substring(OPTIONAL.length()).strip() : action;
      Optional<ObjectNode> arguments = arguments(stated.path("Action_Input"));
      if (arguments.isEmpty() && unreadable.isEmpty()) {
        unreadable =
            Optional.of("the arguments of the gold call of \"" + name + "\" are no object");
      }
      ToolCall call = new ToolCall(name, arguments.orElseGet(Json::object));
      all.add(call);
      if (!isOptional) {
        wanted.add(call);
      }
    }
    List<ToolCall> least = wanted.isEmpty() ? all : wanted;
    return new ToolAlpacaGold(
        least, all, unreadable.isEmpty(), unreadable.or(() -> unknown(least)));
  }

  /** Says which value of the calls only an earlier call's result can give. */
  private static Optional<String> unknown(List<ToolCall> calls) {
    return calls.stream()
        .flatMap(call -> placeholder(call.arguments()).stream())
        .findFirst()
        .map(text -> "the gold knows a value only as " + text);
  }

  /** A call's arguments, empty when they are not the text of an object. */
  static Optional<ObjectNode> arguments(JsonNode input) {
    if (input instanceof ObjectNode object) {
      return Optional.of(object);
    }
    if (!input.isString()) {
      return Optional.empty();
    }
    String text = input.stringValue();
    return CallParser.parseLiteral(text, CallSyntax.TOLERANT)
        .or(() -> CallParser.parseLiteral(quoted(text), CallSyntax.TOLERANT))
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast);
  }

  /** Whether a text holds a placeholder, or is one that is written without its dollar sign. */
  static boolean isPlaceholder(String text) {
    int open = text.indexOf(OPEN);
    return (open >= 0 && text.indexOf('}', open) >= 0)
        || (text.startsWith("{") && text.endsWith("}") && Json.tryParse(text).isEmpty());
  }

  private static Optional<String> placeholder(JsonNode value) {
    if (value.isString()) {
      return Optional.of(value.stringValue()).filter(ToolAlpacaGold::isPlaceholder);
    }
    return value.values().stream().flatMap(v -> placeholder(v).stream()).findFirst();
  }

  /** The text with every placeholder that stands outside quotes as a quoted text. */
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    boolean inQuotes = false;
    int lastClose = text.lastIndexOf('}');
    int at = 0;
    while (at < text.length()) {
      boolean opens = !inQuotes && at < lastClose && text.startsWith(OPEN, at);
      int close = opens ? text.indexOf('}', at) : -1;
      if (close >= 0) {
        String placeholder = text.substring(at, close + 1);
        out.append('"').append(placeholder.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        at = close + 1;
        if (text.startsWith("\"", at)) {
          at++;
        }
      } else {
        char c = text.charAt(at);
        if (inQuotes && c == '\\' && at + 1 < text.length()) {
          out.append(c);
          at++;
        } else if (c == '"') {
          inQuotes = !inQuotes;
        }
        out.append(text.charAt(at));
        at++;
      }
    }
    return out.toString();
  }
}
