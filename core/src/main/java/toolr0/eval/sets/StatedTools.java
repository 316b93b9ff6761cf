package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import toolr0.base.Json;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tools as the published sets state them. Types may be Python's or JSON schema's names; a list that
 * names its element type in brackets ({@code list(str)}, {@code Array[string]}) becomes a list with
 * {@code items}. Whatever else a parameter states is kept.
 */
final class StatedTools {
  /** The type of a parameter that states none: every value fits it. */
  static final String ANY = "any";

  private static final int DEEPEST_TYPE = 20;
  private static final Set<String> READ = Set.of("type", "description", "enum", "choices");
  private static final Set<String> LISTS = Set.of("list", "array");

  private StatedTools() {}

  /**
   * The parameters of a flat map from name to schema.
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
   * One parameter.
   *
   * @param stated its type, or its schema, which may hold a flag {@code required}
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
    boolean flagged = schema.path("required").isBoolean();
    for (Map.Entry<String, JsonNode> entry : schema.properties()) {
      if (!READ.contains(entry.getKey()) && !(flagged && entry.getKey().equals("required"))) {
        more.set(entry.getKey(), entry.getValue());
      }
    }
    return new Parameter(
        name,
        type(schema, more),
        Fields.optionalText(schema, "description").orElse(""),
        required || (flagged && schema.path("required").booleanValue()),
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

  private static List<String> allowed(ObjectNode schema) {
    JsonNode values = schema.has("enum") ? schema.path("enum") : schema.path("choices");
    return values instanceof ArrayNode list
        ? list.values().stream()
            .map(v -> v.isString() ? v.stringValue() : v.toString())
            .distinct()
            .toList()
        : List.of();
  }

  private static String type(ObjectNode schema, ObjectNode more) {
    JsonNode stated = schema.path("type");
    if (stated instanceof ArrayNode alternatives) {
      stated =
          alternatives.values().stream()
              .filter(t -> t.isString() && !t.stringValue().equals("null"))
              .findFirst()
              .orElse(stated);
    }
    if (stated.isString() && !stated.stringValue().isBlank()) {
      return type(stated.stringValue(), more, 0);
    }
    if (schema.has("properties")) {
      return "object";
    }
    return schema.has("items") ? "array" : ANY;
  }

  /** A type's plain name; what a list's brackets hold goes into the schema as its items. */
  private static String type(String text, ObjectNode schema, int depth) {
    String type = text.strip().toLowerCase(Locale.ROOT);
    int open = firstBracket(type);
    if (open < 0 || depth >= DEEPEST_TYPE || !closes(type, open)) {
      return type;
    }
    String container = type.substring(0, open).strip();
    String inner = type.substring(open + 1, type.length() - 1).strip();
    if (container.equals("optional")) {
      return type(inner, schema, depth + 1);
    }
    if (!LISTS.contains(container)) {
      return type;
    }
    if (!schema.has("items") && !inner.isEmpty()) {
      ObjectNode items = schema.putObject("items");
      String itemType = type(inner, items, depth + 1);
      items.put("type", itemType);
    }
    return container;
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
