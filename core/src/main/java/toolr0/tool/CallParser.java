package toolr0.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.tool.LiteralReader.Grammar;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tolerant parser of tool calls. It accepts a list of calls or one call, in JSON or as Python
 * literals, inside a code fence or not; a call is {@code {"name":..,"arguments":..}}, {@code
 * {"tool_name":..}}, {@code {"function":{"name":..,"arguments":..}}}, or an object whose other keys
 * are the arguments; arguments may be a text that holds an object. Time is linear in the text, and
 * nothing is thrown.
 */
public final class CallParser {
  /** The most characters that are read; longer texts are refused as a whole. */
  public static final int MAX_LENGTH = 1 << 20;

  private CallParser() {}

  /** The calls of the content of an answer block. */
  public static ParsedCalls parse(String answer) {
    return parse(answer, CallSyntax.TOLERANT);
  }

  /** The calls of the content of an answer block. */
  public static ParsedCalls parse(String answer, CallSyntax syntax) {
    return parse(answer, syntax, JudgedCalls.ALL);
  }

  /** Those calls of the content of an answer block that count. */
  public static ParsedCalls parse(String answer, CallSyntax syntax, JudgedCalls judged) {
    if (answer.length() > MAX_LENGTH) {
      return new ParsedCalls.Unusable(
          false, "the answer is longer than " + MAX_LENGTH + " characters");
    }
    Optional<JsonNode> value = parseLiteral(answer, syntax).filter(v -> !v.isNull());
    if (syntax == CallSyntax.PUBLISHED && LiteralReader.isTuple(Text.strip(stripFence(answer)))) {
      return new ParsedCalls.Unusable(true, "a tuple is not a list of calls");
    }
    return value.isPresent()
        ? fromLiteral(value.get(), syntax, judged)
        : new ParsedCalls.Unusable(false, "the answer is not a JSON list of calls");
  }

  /** The calls of the answer block of a whole completion. */
  public static ParsedCalls parseCompletion(String completion) {
    Optional<String> answer =
        AnswerBlocks.of(completion).content(AnswerBlocks.Tag.TOOL_CALL_ANSWER);
    return answer.isPresent()
        ? parse(answer.get())
        : new ParsedCalls.Unusable(false, "there is no closed answer block");
  }

  /** The literal that a text is, a code fence around it apart. */
  public static Optional<JsonNode> parseLiteral(String text, CallSyntax syntax) {
    String content = Text.strip(stripFence(text));
    if (content.isEmpty()) {
      return Optional.empty();
    }
    return switch (syntax) {
      case STRICT_JSON -> PythonJson.parse(content);
      case TOLERANT ->
          Json.tryParse(content)
              .or(() -> LiteralReader.read(content, Grammar.PYTHON))
              .or(() -> LiteralReader.read(content, Grammar.JSON_WITH_PYTHON_CONSTANTS));
      case PUBLISHED ->
          content.contains("...")
              ? Optional.empty()
              : PythonJson.parse(content)
                  .or(() -> LiteralReader.read(content, Grammar.PYTHON))
                  .or(() -> PythonJson.parse(withJsonConstants(content)));
    };
  }

  /** Whether a text is a list or an object; a tuple is neither. */
  public static boolean isCollection(String text, CallSyntax syntax) {
    return parseLiteral(text, syntax).filter(JsonNode::isContainer).isPresent()
        && !LiteralReader.isTuple(Text.strip(stripFence(text)));
  }

  private static String withJsonConstants(String text) {
    return text.replace("None", "null").replace("True", "true").replace("False", "false");
  }

  private static ParsedCalls fromLiteral(JsonNode value, CallSyntax syntax, JudgedCalls judged) {
    if (value instanceof ArrayNode list) {
      List<ToolCall> calls = new ArrayList<>();
      int ignored = 0;
      List<JsonNode> elements =
          switch (judged) {
            case ALL -> elements(list, syntax);
            case FIRST -> list.isEmpty() ? List.of() : List.of(list.get(0));
          };
      for (JsonNode element : elements) {
        Optional<ToolCall> call = call(element, syntax);
        call.ifPresent(calls::add);
        ignored += call.isPresent() ? 0 : 1;
      }
      return calls.isEmpty() && !list.isEmpty()
          ? new ParsedCalls.Unusable(true, "no element of the list is a call")
          : new ParsedCalls.Calls(calls, ignored);
    }
    Optional<ToolCall> single = call(value, syntax);
    return single.isPresent()
        ? new ParsedCalls.Calls(List.of(single.get()), 0)
        : new ParsedCalls.Unusable(true, "the answer is not a call or a list of calls");
  }

  /**
   * The elements of a list, with a list among them opened; of such a list the published code sees
   * the first element only.
   */
  private static List<JsonNode> elements(ArrayNode list, CallSyntax syntax) {
    List<JsonNode> elements = new ArrayList<>();
    for (JsonNode element : list.values()) {
      if (element instanceof ArrayNode inner && !inner.isEmpty()) {
        elements.addAll(syntax == CallSyntax.TOLERANT ? inner.values() : List.of(inner.get(0)));
      } else {
        elements.add(element);
      }
    }
    return elements;
  }

  private static Optional<ToolCall> call(JsonNode node, CallSyntax syntax) {
    if (!(node instanceof ObjectNode object)) {
      return Optional.empty();
    }
    if (object.get("function") instanceof ObjectNode function
        && function.get("name") instanceof JsonNode name
        && name.isString()) {
      Optional<ObjectNode> arguments = argumentsOf(function.get("arguments"), syntax);
      if (arguments.isPresent()) {
        return Optional.of(new ToolCall(name.stringValue(), arguments.get()));
      }
    }
    Optional<String> name = textOf(object, "name").or(() -> textOf(object, "tool_name"));
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<ObjectNode> arguments = argumentsOf(object.get("arguments"), syntax);
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
    return object.get(key) instanceof JsonNode node
            && node.isString()
            && !node.stringValue().isBlank()
        ? Optional.of(node.stringValue())
        : Optional.empty();
  }

  private static Optional<ObjectNode> argumentsOf(@Nullable JsonNode node, CallSyntax syntax) {
    if (node instanceof ObjectNode object) {
      return Optional.of(object);
    }
    if (node != null && node.isString()) {
      return parseLiteral(node.stringValue(), syntax)
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
