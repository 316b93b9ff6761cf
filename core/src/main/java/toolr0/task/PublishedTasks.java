package toolr0.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.AnswerBlocks.Occurrence;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.AnswerBlocks.TagCase;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published validation of the dataset's candidates (method section 5.1), weaknesses included
 * (section 9.3, numbers 31 to 34): the first broken rule in the published order is the reason. The
 * control spec plays no part. Tasks are kept as JSON, so that tools and calls with numbers that are
 * not finite, which Python reads, are none here.
 */
public final class PublishedTasks implements TaskReader {
  private static final int MIN_QUESTION = 25;
  private static final List<String> ECHOES =
      List.of("[the private reasoning here]", "[the generated user question here]");
  private static final List<String> NO_TOOL_NEEDED =
      List.of("capital of", "define ", "explain ", "summarize ", "poem", "joke");
  private static final List<String> FACTS = List.of("what is", "who is", "when is", "where is");

  private final QuestionGate gate = QuestionGate.publishedDataset();

  @Override
  public TaskReading read(ControlSpec spec, String completion) {
    return Text.strip(completion).isEmpty()
        ? rejected(PublishedReason.EMPTY_OUTPUT)
        : validate(completion);
  }

  /** The reading of a completion that was already found not to be blank. */
  public TaskReading validate(String completion) {
    if (completion.codePoints().anyMatch(PublishedTasks::isIdeograph)) {
      return rejected(PublishedReason.CONTAINS_CJK);
    }
    if (holdsAny(Text.lowerCase(completion), ECHOES)) {
      return rejected(PublishedReason.PLACEHOLDER_OR_PROMPT_ECHO);
    }
    AnswerBlocks blocks = AnswerBlocks.of(completion, TagCase.IGNORED, Occurrence.FIRST);
    Optional<String> question = blocks.block(Tag.QUESTION);
    Optional<String> toolsText = blocks.block(Tag.AVAILABLE_TOOLS);
    Optional<String> callsText = blocks.block(Tag.TOOL_CALL_ANSWER);
    if (question.isEmpty() || toolsText.isEmpty() || callsText.isEmpty()) {
      return rejected(PublishedReason.MISSING_TAGS);
    }
    if (!gate.passes(question.get())) {
      return rejected(PublishedReason.PLACEHOLDER_QUESTION);
    }
    Optional<JsonNode> stated = json(toolsText.get());
    if (stated.isEmpty()) {
      return rejected(PublishedReason.TOOLS_JSON_PARSE_FAIL);
    }
    Optional<PublishedReason> flaw = PublishedSchema.flaw(stated.get());
    if (flaw.isPresent()) {
      return rejected(flaw.get());
    }
    ArrayNode tools = PublishedSchema.normalise(stated.get());
    Optional<JsonNode> calls = json(callsText.get());
    if (calls.isEmpty()) {
      return rejected(PublishedReason.CALLS_JSON_PARSE_FAIL);
    }
    flaw = callsFlaw(calls.get(), tools).or(() -> questionFlaw(question.get(), calls.get()));
    return flaw.isPresent()
        ? rejected(flaw.get())
        : accepted(question.get(), tools, (ArrayNode) calls.get());
  }

  private static boolean isIdeograph(int c) {
    return (c >= 0x3400 && c <= 0x4dbf)
        || (c >= 0x4e00 && c <= 0x9fff)
        || (c >= 0x20000 && c <= 0x2ceaf);
  }

  /** The value of a text; null counts as none. */
  private static Optional<JsonNode> json(String text) {
    return Json.tryParse(text).filter(value -> !value.isNull());
  }

  private static Optional<PublishedReason> callsFlaw(JsonNode value, ArrayNode tools) {
    if (!(value instanceof ArrayNode calls) || calls.isEmpty()) {
      return Optional.of(PublishedReason.CALLS_NOT_LIST_OR_EMPTY);
    }
    Map<String, ObjectNode> byName = PublishedSchema.byName(tools);
    for (JsonNode call : calls.values()) {
      Optional<PublishedReason> flaw = callFlaw(call, byName);
      if (flaw.isPresent()) {
        return flaw;
      }
    }
    return Optional.empty();
  }

  private static Optional<PublishedReason> callFlaw(JsonNode call, Map<String, ObjectNode> tools) {
    if (!call.isObject()) {
      return Optional.of(PublishedReason.CALL_NOT_OBJECT);
    }
    Optional<ObjectNode> tool =
        call.path("name").isString()
            ? Optional.ofNullable(tools.get(call.get("name").stringValue()))
            : Optional.empty();
    if (tool.isEmpty()) {
      return Optional.of(PublishedReason.CALL_TOOL_NAME_UNKNOWN);
    }
    if (!(call.get("arguments") instanceof ObjectNode arguments)) {
      return Optional.of(PublishedReason.CALL_ARGS_NOT_OBJECT);
    }
    if (arguments.values().stream().anyMatch(JsonNode::isContainer)) {
      return Optional.of(PublishedReason.CALL_NESTED_ARGUMENTS);
    }
    Optional<List<String>> required = PublishedSchema.required(tool.get());
    if (required.isEmpty()) {
      return Optional.of(PublishedReason.REQUIRED_FIELD_MALFORMED);
    }
    return required.get().stream().allMatch(arguments::has)
        ? Optional.empty()
        : Optional.of(PublishedReason.CALL_MISSING_REQUIRED_ARG);
  }

  private static Optional<PublishedReason> questionFlaw(String question, JsonNode calls) {
    if (Text.length(question) < MIN_QUESTION) {
      return Optional.of(PublishedReason.QUESTION_TOO_SHORT);
    }
    String lower = Text.lowerCase(question);
    if (holdsAny(lower, NO_TOOL_NEEDED)) {
      return Optional.of(PublishedReason.LIKELY_NO_TOOL_NEEDED);
    }
    boolean small = calls.size() == 1 && calls.get(0).path("arguments").size() <= 1;
    return small && holdsAny(lower, FACTS)
        ? Optional.of(PublishedReason.TOO_TRIVIAL_SINGLE_CALL)
        : Optional.empty();
  }

  private static TaskReading accepted(String question, ArrayNode tools, ArrayNode calls) {
    List<ToolCall> gold = new ArrayList<>();
    for (JsonNode call : calls.values()) {
      gold.add(new ToolCall(call.path("name").stringValue(), (ObjectNode) call.get("arguments")));
    }
    return new TaskReading.Accepted(
        new Task(question, PublishedSchema.tools(tools), gold), tools, calls);
  }

  private static boolean holdsAny(String text, List<String> phrases) {
    return phrases.stream().anyMatch(text::contains);
  }

  private static TaskReading rejected(PublishedReason reason) {
    return new TaskReading.Rejected(reason.wireName(), "", false);
  }
}
