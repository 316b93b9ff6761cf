package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Tools as the published sets state them. Types become JSON schema's, whether they are named in
 * Python's words ("str", "list(str)"), in RapidAPI's ("String", "Enum", "Date (yyyy-mm-dd)"), in
 * prose ("int or float", "list of float") or as a list of types; a name that is none of these stays
 * as it is, in lower case. Whatever else a schema states is kept, and never followed.
 */
final class StatedTools {
  /** The type of a parameter that states none: every value fits it. */
  static final String ANY = "any";

  private static final int DEEPEST_TYPE = 20;
  private static final String LIST_OF = "list of ";
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("str", "string"),
          Map.entry("enum", "string"),
          Map.entry("int", "integer"),
          Map.entry("float", "number"),
          Map.entry("double", "number"),
          Map.entry("bool", "boolean"),
          Map.entry("list", "array"),
          Map.entry("tuple", "array"),
          Map.entry("dict", "object"));
  private static final List<String> ENUMERATIONS =
      List.of("enum", "choices", "allowed_values", "possible_values");
  private static final List<String> FLAGS = List.of("required", "optional");
  private static final List<String> OPTIONAL_WORDS = List.of("optional", "default", "only needed");

  private StatedTools() {}

  /**
   * The parameters of a flat map from name to type or schema.
   *
   * @param required names of those that a call must give, beside those that say so themselves
   */
  static List<Parameter> parameters(ObjectNode stated, Set<String> required) throws BadRecord {
    List<Parameter> parameters = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : stated.properties()) {
      String name = entry.getKey();
      parameters.add(parameter(name, entry.getValue(), required.contains(name)));
    }
    return parameters;
  }

  /**
   * The parameters of a flat map of which nothing else says what is required: a call must give
   * those that have no default and whose descriptions do not speak of one, unless they say
   * otherwise themselves.
   */
  static List<Parameter> parameters(ObjectNode stated) throws BadRecord {
    Set<String> required = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : stated.properties()) {
      JsonNode schema = entry.getValue();
      String words = Text.lowerCase(schema.path("description").asString(""));
      if (!schema.has("default")
          && !schema.has("default_value")
          && OPTIONAL_WORDS.stream().noneMatch(words::contains)) {
        required.add(entry.getKey());
      }
    }
    return parameters(stated, required);
  }

  /**
   * One parameter.
   *
   * @param stated its type, or its schema
   * @param required whether a call must give it, unless its schema has a flag {@code required} or
   *     {@code optional}
   */
  static Parameter parameter(String name, JsonNode stated, boolean required) throws BadRecord {
    ObjectNode more = Json.object();
    if (stated.isString()) {
      String type = type(stated.stringValue(), more, 0);
      return new Parameter(name, type, "", required, List.of(), more);
    }
    if (!(stated instanceof ObjectNode schema)) {
      throw new BadRecord("parameter \"" + name + "\" is neither a type nor an object");
    }
    more.setAll(schema);
    more.remove(List.of("type", "description"));
    more.remove(ENUMERATIONS);
    more.properties().removeIf(e -> FLAGS.contains(e.getKey()) && e.getValue().isBoolean());
    if (more.remove("default_value") instanceof JsonNode value) {
      more.putIfAbsent("default", value);
    }
    return new Parameter(
        name,
        type(schema, more),
        Fields.optionalText(schema, "description").orElse(""),
        required(schema, required),
        allowed(schema),
        more);
  }

  /**
   * The menu of these tools. A tool that stands there twice in the same form is taken once.
   *
   * @throws BadRecord when two different tools have one name
   */
  static List<ToolSpec> menu(List<ToolSpec> tools) throws BadRecord {
    Map<String, ToolSpec> byName = new LinkedHashMap<>();
    for (ToolSpec tool : tools) {
      ToolSpec earlier = byName.putIfAbsent(tool.name(), tool);
      if (earlier != null && !earlier.equals(tool)) {
        throw new BadRecord("two different tools have the name \"" + tool.name() + "\"");
      }
    }
    return List.copyOf(byName.values());
  }

  /** The texts of a list of names. */
  static Set<String> names(JsonNode list) {
    return list instanceof ArrayNode names
        ? Set.copyOf(
            names.values().stream()
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .distinct()
                .toList())
        : Set.of();
  }

  private static boolean required(ObjectNode schema, boolean unlessFlagged) {
    boolean optional = schema.path("optional").asBoolean(!unlessFlagged);
    return schema.path("required").asBoolean(!optional);
  }

  private static List<String> allowed(ObjectNode schema) {
    return ENUMERATIONS.stream()
        .map(key -> texts(schema.path(key)))
        .filter(texts -> !texts.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static List<String> texts(JsonNode list) {
    return list instanceof ArrayNode values
        ? values.values().stream()
            .map(v -> v.isString() ? v.stringValue() : v.toString())
            .distinct()
            .toList()
        : List.of();
  }

  /** The name of the type that a schema states. */
  static String type(JsonNode schema) {
    return type(schema, Json.object());
  }

  /** The type's name; a list's element type goes into the items, a date's form into the format. */
  private static String type(JsonNode schema, ObjectNode more) {
    JsonNode stated = schema.path("type");
    if (stated.isString() && !stated.stringValue().isBlank()) {
      return type(stated.stringValue(), more, 0);
    }
    List<String> alternatives =
        texts(stated).stream().filter(type -> !type.equals("null")).toList();
    if (!alternatives.isEmpty()) {
      return anyOf(alternatives);
    }
    if (schema.has("properties")) {
      return "object";
    }
    return schema.has("items") ? "array" : ANY;
  }

  private static String type(String text, ObjectNode more, int depth) {
    String type = Text.lowerCase(text.strip());
    if (type.startsWith("date")) {
      more.putIfAbsent("format", StringNode.valueOf(type));
      return "string";
    }
    if (depth >= DEEPEST_TYPE) {
      return type;
    }
    if (type.startsWith(LIST_OF)) {
      return list(type.substring(LIST_OF.length()), more, depth);
    }
    int open = firstBracket(type);
    if (open >= 0 && closes(type, open)) {
      String inner = type.substring(open + 1, type.length() - 1).strip();
      switch (type.substring(0, open).strip()) {
        case "optional" -> {
          return type(inner, more, depth + 1);
        }
        case "list", "array" -> {
          return list(inner, more, depth);
        }
        default -> {}
      }
    }
    return anyOf(List.of(type.split(" or ", -1)));
  }

  private static String list(String element, ObjectNode more, int depth) {
    if (!more.has("items") && !element.isEmpty()) {
      ObjectNode items = more.putObject("items");
      String type = type(element, items, depth + 1);
      items.put("type", type);
    }
    return "array";
  }

  /** The name of a type that has any of these types. */
  private static String anyOf(List<String> types) {
    List<String> names =
        types.stream()
            .map(type -> Text.lowerCase(type.strip()))
            .map(type -> NAMES.getOrDefault(type, type))
            .distinct()
            .toList();
    boolean numeric = Set.copyOf(names).equals(Set.of("integer", "number"));
    return numeric ? "number" : String.join(" or ", names);
  }

  private static int firstBracket(String type) {
    for (int i = 0; i < type.length(); i++) {
      if ("([<".indexOf(type.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Whether the bracket that opens there is closed by the text's last character. */
  private static boolean closes(String type, int open) {
    int depth = 0;
    for (int i = open; i < type.length(); i++) {
      if ("([<".indexOf(type.charAt(i)) >= 0) {
        depth++;
      } else if (")]>".indexOf(type.charAt(i)) >= 0 && --depth == 0) {
        return i == type.length() - 1;
      }
    }
    return false;
  }
}
