package toolr0.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.Json;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a line; each message says which field is wrong and what belongs there. */
final class LineFields {
  private static final Pattern SPEC =
      Pattern.compile("(.+), (single_turn|multi_turn), ([0-9]{1,3}) tools, ([0-9]{1,3}) calls");
  private static final String SPEC_FORM =
      "{\"domain\": \"travel\", \"context_type\": \"single_turn\", \"num_tools\": 3, \"num_calls\": 1}";

  private final ObjectNode line;

  LineFields(ObjectNode line) {
    this.line = line;
  }

  private Optional<JsonNode> field(String name) {
    return Optional.ofNullable(line.get(name)).filter(node -> !node.isNull());
  }

  /** A text that must be there. */
  String text(String name) {
    return optionalText(name)
        .orElseThrow(() -> new LineException("the field \"" + name + "\" (a text) is missing"));
  }

  Optional<String> optionalText(String name) {
    return field(name).map(node -> text(name, node));
  }

  private static String text(String name, JsonNode node) {
    if (!node.isString()) {
      throw wrong(name, "a text", node);
    }
    return node.stringValue();
  }

  /** A list of texts, or one text alone; empty when the field is missing. */
  Optional<List<String>> texts(String name) {
    return field(name)
        .map(
            node -> {
              if (node.isString()) {
                return List.of(node.stringValue());
              }
              if (!(node instanceof ArrayNode list)) {
                throw wrong(name, "a list of texts", node);
              }
              List<String> texts = new ArrayList<>();
              for (JsonNode item : list.values()) {
                texts.add(text(name + "[" + texts.size() + "]", item));
              }
              return List.copyOf(texts);
            });
  }

  /** A number of the line, or of its reward's parts, which a run's completions files have. */
  OptionalDouble number(String name) {
    Optional<JsonNode> part = Optional.ofNullable(line.path("parts").get(name));
    Optional<JsonNode> node = field(name).or(() -> part);
    if (node.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!node.get().isNumber()) {
      throw wrong(name, "a number", node.get());
    }
    return OptionalDouble.of(Json.toDouble(node.get()));
  }

  OptionalInt integer(String name) {
    Optional<JsonNode> node = field(name);
    return node.isEmpty() ? OptionalInt.empty() : OptionalInt.of(integer(name, node.get()));
  }

  private static int integer(String name, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw wrong(name, "a whole number", node);
    }
    return node.intValue();
  }

  /** The gold calls, in the first of the fields that is there. */
  List<ToolCall> calls(String... names) {
    for (String name : names) {
      Optional<JsonNode> node = field(name);
      if (node.isPresent()) {
        return calls(name, node.get());
      }
    }
    throw noCalls(names[0]);
  }

  /**
   * The gold calls as text, for rules that read gold themselves and pass over elements that are no
   * calls.
   */
  String callsText(String... names) {
    for (String name : names) {
      Optional<JsonNode> node = field(name);
      if (node.isPresent()) {
        String text = callsText(node.get());
        if (CallParser.parse(text) instanceof ParsedCalls.Unusable unusable && !unusable.parsed()) {
          throw noCalls(name, node.get(), unusable.reason());
        }
        return text;
      }
    }
    throw noCalls(names[0]);
  }

  private static String callsText(JsonNode node) {
    return node.isString() ? node.stringValue() : Json.compact(node);
  }

  private static List<ToolCall> calls(String name, JsonNode node) {
    String text = callsText(node);
    return switch (CallParser.parse(text)) {
      case ParsedCalls.Calls(List<ToolCall> calls, int ignored) -> {
        if (ignored > 0) {
          throw new LineException(
              name + ": " + Words.count(ignored, "element") + " of the list are no calls");
        }
        yield calls;
      }
      case ParsedCalls.Unusable unusable -> throw noCalls(name, node, unusable.reason());
    };
  }

  private static LineException noCalls(String name, JsonNode found, String why) {
    return new LineException(
        name + ": expected a list of calls, found " + Words.value(found) + " (" + why + ")");
  }

  private static LineException noCalls(String name) {
    return new LineException(
        "the field \""
            + name
            + "\" (a list of calls such as [{\"name\": \"get_weather\", \"arguments\": {\"city\":"
            + " \"Oslo\"}}]) is missing");
  }

  /** The tools; none when the field is missing. */
  List<ToolSpec> tools() {
    Optional<JsonNode> node = field("tools");
    if (node.isEmpty() || (node.get() instanceof ArrayNode list && list.isEmpty())) {
      return List.of();
    }
    ParsedMenu menu =
        node.get().isString()
            ? ToolMenus.parse(node.get().stringValue())
            : ToolMenus.read(node.get());
    return switch (menu) {
      case ParsedMenu.Menu(List<ToolSpec> tools) -> tools;
      case ParsedMenu.Unusable(String reason) ->
          throw new LineException("tools: expected a list of tools: " + reason);
    };
  }

  /**
   * The control spec: an object, the text that a run's completions file has, or the fields of a
   * spec beside the completion as a run's candidates file has them; empty when there is none.
   */
  Optional<ControlSpec> spec() {
    Optional<JsonNode> node = field("spec");
    if (node.isPresent() && node.get().isString()) {
      return Optional.of(spec(node.get().stringValue()));
    }
    if (node.isPresent() && !node.get().isObject()) {
      throw wrong("spec", SPEC_FORM, node.get());
    }
    if (node.isPresent()) {
      return Optional.of(spec((ObjectNode) node.get(), "spec."));
    }
    return line.has("num_tools") && line.has("num_calls")
        ? Optional.of(spec(line, ""))
        : Optional.empty();
  }

  private static ControlSpec spec(String text) {
    Matcher matcher = SPEC.matcher(text);
    if (!matcher.matches()) {
      throw new LineException(
          "spec: expected "
              + SPEC_FORM
              + " or \"travel, single_turn, 3 tools, 1 calls\", found \""
              + Words.brief(text)
              + "\"");
    }
    return new ControlSpec(
        matcher.group(1),
        ContextType.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)));
  }

  private static ControlSpec spec(ObjectNode node, String prefix) {
    for (String key : List.of("context_type", "num_tools", "num_calls")) {
      if (!node.has(key)) {
        throw new LineException(
            "the field \"" + prefix + key + "\" is missing; a spec looks like " + SPEC_FORM);
      }
    }
    String context = text(prefix + "context_type", node.required("context_type"));
    if (!context.equals("single_turn") && !context.equals("multi_turn")) {
      throw new LineException(
          prefix
              + "context_type: expected single_turn or multi_turn, found \""
              + Words.brief(context)
              + "\"");
    }
    return new ControlSpec(
        node.path("domain").asString(""),
        ContextType.valueOf(context.toUpperCase(Locale.ROOT)),
        integer(prefix + "num_tools", node.required("num_tools")),
        integer(prefix + "num_calls", node.required("num_calls")));
  }

  private static LineException wrong(String name, String expected, JsonNode found) {
    return new LineException(
        name
            + ": expected "
            + expected
            + ", found "
            + (found.isContainer() ? Words.kind(found) : Words.value(found)));
  }
}
