package toolr0.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tolerant parser of tool calls. It accepts a list of calls or one call, in JSON or as Python literals, inside a code
 * fence or not; a call is {@code {"name":..,"arguments":..}}, {@code {"tool_name":..}}, {@code
 * {"function":{"name":..,"arguments":..}}}, or an object whose other keys are the arguments; arguments may be a text that
 * holds an object. Time is linear in the text, and nothing is thrown.
 */
public final class CallParser {
  private static final int MAX_LENGTH = 1 << 20;

  private CallParser() {}

  /** The calls of the content of an answer block. */
  public static ParsedCalls parse(String answer) {
    if (answer.length() > MAX_LENGTH) {
      return new ParsedCalls.Unusable(false, "the answer is longer than " + MAX_LENGTH + " characters");
    }
    Optional<JsonNode> value = parseLiteral(answer);
    if (value.isEmpty() || value.get().isNull()) {
      return new ParsedCalls.Unusable(false, "the answer is not a JSON list of calls");
    }
    return fromLiteral(value.get());
  }

  /** The calls of a text that must be strict JSON, a code fence apart. */
  public static ParsedCalls parseStrict(String answer) {
    Optional<JsonNode> value = parseJson(answer);
    return value.isPresent()
        ? fromLiteral(value.get())
        : new ParsedCalls.Unusable(false, "the answer is not JSON");
  }

  /** The JSON value that a text is, a code fence apart. */
  public static Optional<JsonNode> parseJson(String text) {
    return Json.tryParse(Text.strip(stripFence(text)));
  }

  /** The calls of the answer block of a whole completion. */
  public static ParsedCalls parseCompletion(String completion) {
    Optional<String> answer =
        AnswerBlocks.of(completion).content(AnswerBlocks.Tag.TOOL_CALL_ANSWER);
    return answer.isPresent()
        ? parse(answer.get())
        : new ParsedCalls.Unusable(false, "there is no closed answer block");
  }

  /** The literal that a text is: JSON, else a Python literal, else JSON with Python's constants. */
  public static Optional<JsonNode> parseLiteral(String text) {
    String content = Text.strip(stripFence(text));
    if (content.isEmpty()) {
      return Optional.empty();
    }
    return Json.tryParse(content)
        .or(() -> LiteralReader.read(content, LiteralReader.Grammar.PYTHON))
        .or(() -> LiteralReader.read(content, LiteralReader.Grammar.JSON_WITH_PYTHON_CONSTANTS));
  }

  private static ParsedCalls fromLiteral(JsonNode value) {
    List<ToolCall> calls = new ArrayList<>();
    int ignored = 0;
    if (value instanceof ArrayNode list) {
      for (JsonNode element : list.values()) {
        if (element instanceof ArrayNode inner) {
          for (JsonNode innerElement : inner.values()) {
            Optional<ToolCall> call = call(innerElement);
            call.ifPresent(calls::add);
            ignored += call.isPresent() ? 0 : 1;
          }
        } else {
          Optional<ToolCall> call = call(element);
          call.ifPresent(calls::add);
          ignored += call.isPresent() ? 0 : 1;
        }
      }
      if (calls.isEmpty() && !list.isEmpty()) {
        return new ParsedCalls.Unusable(true, "no element of the list is a call");
      }
      return new ParsedCalls.Calls(calls, ignored);
    }
    Optional<ToolCall> single = call(value);
    return single.isPresent()
        ? new ParsedCalls.Calls(List.of(single.get()), 0)
        : new ParsedCalls.Unusable(true, "the answer is not a call or a list of calls");
  }

  private static Optional<ToolCall> call(JsonNode node) {
    if (!(node instanceof ObjectNode object)) {
      return Optional.empty();
    }
    if (object.get("function") instanceof ObjectNode function
        && function.get("name") instanceof JsonNode name
        && name.isString()) {
      Optional<ObjectNode> arguments = argumentsOf(function.get("arguments"));
      if (arguments.isPresent()) {
        return Optional.of(new ToolCall(name.stringValue(), arguments.get()));
      }
    }
    Optional<String> name = textOf(object, "name").or(() -> textOf(object, "tool_name"));
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<ObjectNode> arguments = argumentsOf(object.get("arguments"));
    if (arguments.isPresent()) {
      return Optional.of(new ToolCall(name.get(), arguments.get()));
    }
    ObjectNode rest = Json.object();
    object.properties().stream()
        .filter(e -> !e.getKey().equals("name") && !e.getKey().equals("tool_name"))
        .forEach(e -> rest.set(e.getKey(), e.getValue()));
    return Optional.of(new ToolCall(name.get(), rest));
  }

  private static Optional<String> textOf(ObjectNode object, String key) {
    return object.get(key) instanceof JsonNode node && node.isString() && !node.stringValue().isEmpty()
        ? Optional.of(node.stringValue())
        : Optional.empty();
  }

  private static Optional<ObjectNode> argumentsOf(@org.jspecify.annotations.Nullable JsonNode node) {
    if (node instanceof ObjectNode object) {
      return Optional.of(object);
    }
    if (node != null && node.isString()) {
      return parseLiteral(node.stringValue())
          .filter(ObjectNode.class::isInstance)
          .map(ObjectNode.class::cast);
    }
    return Optional.empty();
  }

  /** The text without one code fence at its start, optionally marked json, and one at its end. */
  static String stripFence(String text) {
    String content = Text.strip(text);
    if (content.startsWith("```")) {
      content = content.substring(3);
      if (content.regionMatches(true, 0, "json", 0, 4)) {
        content = content.substring(4);
      }
    }
    content = Text.strip(content);
    if (content.endsWith("```")) {
      content = content.substring(0, content.length() - 3);
    }
    return content;
  }
}
