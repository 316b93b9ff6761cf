package toolr0.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toolr0.base.Text;
import toolr0.tool.AnswerBlocks.Occurrence;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.AnswerBlocks.TagCase;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Solver's answer as the published cross-verification reads it (method sections 5.2 and 9.3,
 * number 36).
 *
 * @param block the first closed answer block, else what follows the first opening tag if it holds a
 *     list
 * @param value the JSON value of the cleaned block, null apart
 */
public record PublishedAnswer(Optional<String> block, Optional<JsonNode> value) {

  /** The answer that a completion holds. */
  public static PublishedAnswer read(String completion) {
    Optional<String> block =
        AnswerBlocks.of(completion, TagCase.IGNORED, Occurrence.FIRST)
            .block(Tag.TOOL_CALL_ANSWER)
            .or(
                () ->
                    AnswerBlocks.afterOpening(completion, Tag.TOOL_CALL_ANSWER)
                        .filter(rest -> rest.indexOf('[') >= 0));
    return new PublishedAnswer(
        block, block.flatMap(text -> PythonJson.parse(clean(text))).filter(v -> !v.isNull()));
  }

  /** A block without its fences, cut from its first "[" to its last "]" where there are both. */
  public static String clean(String block) {
    String text = Text.strip(CallParser.stripFence(block));
    int start = text.indexOf('[');
    int end = text.lastIndexOf(']');
    return start >= 0 && end > start ? text.substring(start, end + 1) : text;
  }

  /** The names of the calls; empty when an element of the answer has none. */
  public Optional<List<String>> names() {
    return value.flatMap(PublishedAnswer::names);
  }

  /** The calls; empty when an element of the answer lacks a name or arguments. */
  public Optional<List<ToolCall>> calls() {
    return value.flatMap(PublishedAnswer::calls);
  }

  /** The names of a list of calls; empty when the value is none or an element has no name. */
  public static Optional<List<String>> names(JsonNode value) {
    if (!(value instanceof ArrayNode list)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode element : list.values()) {
      if (!element.isObject() || !element.path("name").isString()) {
        return Optional.empty();
      }
      names.add(element.get("name").stringValue());
    }
    return Optional.of(names);
  }

  /** A list of calls; empty when the value is none or an element lacks a name or arguments. */
  public static Optional<List<ToolCall>> calls(JsonNode value) {
    Optional<List<String>> names = names(value);
    List<ToolCall> calls = new ArrayList<>();
    for (int i = 0; i < names.map(List::size).orElse(0); i++) {
      if (!(value.get(i).get("arguments") instanceof ObjectNode arguments)) {
        return Optional.empty();
      }
      calls.add(new ToolCall(names.get().get(i), arguments));
    }
    return names.map(known -> calls);
  }
}
