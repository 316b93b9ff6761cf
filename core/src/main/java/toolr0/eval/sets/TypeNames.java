package toolr0.eval.sets;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.tool.Parameter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parameters whose types are named in other words than JSON schema's: Python's ("str",
 * "list(str)"), RapidAPI's ("String", "Enum", "Date (yyyy-mm-dd)"), prose ("int or float", "list of
 * float") and lists of types. A name that is none of these stays as it is, in lower case. Schemas
 * are never followed ({@code $ref}), only kept.
 */
final class TypeNames {
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

  private static final List<String> KEPT =
      List.of("items", "properties", "additionalProperties", "format", "default");

  private static final List<String> ENUMERATIONS =
      List.of("enum", "allowed_values", "possible_values");

  private static final List<String> OPTIONAL_WORDS = List.of("optional", "default", "only needed");

  private TypeNames() {}

  /**
   * The parameters of an object that maps names to schemas. One is required when its schema says so
   * ({@code required}, {@code optional}); when the schema does not say, unless it has a default or
   * its description speaks of one.
   *
   * @param typeUnlessStated the type of those whose schema states none
   */
  static List<Parameter> parameters(ObjectNode stated, String typeUnlessStated) throws RecordFault {
    List<Parameter> parameters = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : stated.properties()) {
      if (!(entry.getValue() instanceof ObjectNode schema)) {
        throw new RecordFault(
            "the schema of parameter \"" + entry.getKey() + "\" is not an object");
      }
      parameters.add(parameter(entry.getKey(), schema, typeUnlessStated));
    }
    return parameters;
  }

  private static Parameter parameter(String name, ObjectNode schema, String typeUnlessStated) {
    String description = RecordNodes.optionalText(schema, "description").orElse("");
    ObjectNode more = Json.object();
    for (String key : KEPT) {
      put(more, key, schema.get(key));
    }
    put(more, "default", schema.get("default_value"));
    JsonNode type = schema.get("type");
    Named named = type == null ? new Named(typeUnlessStated) : named(type);
    if (!more.has("items") && named.itemType.isPresent()) {
      more.putObject("items").put("type", named.itemType.get());
    }
    if (!more.has("format") && named.format.isPresent()) {
      more.put("format", named.format.get());
    }
    boolean required = isRequired(schema, description, more.has("default"));
    return new Parameter(name, named.type, description, required, allowed(schema), more);
  }

  private static void put(ObjectNode node, String key, @Nullable JsonNode value) {
    if (value != null) {
      node.set(key, value);
    }
  }

  private static boolean isRequired(ObjectNode schema, String description, boolean hasDefault) {
    if (schema.path("required").isBoolean()) {
      return schema.path("required").booleanValue();
    }
    if (schema.path("optional").isBoolean()) {
      return !schema.path("optional").booleanValue();
    }
    String words = description.toLowerCase(Locale.ROOT);
    return !hasDefault && OPTIONAL_WORDS.stream().noneMatch(words::contains);
  }

  private static List<String> allowed(ObjectNode schema) {
    List<String> allowed = new ArrayList<>();
    for (String key : ENUMERATIONS) {
      if (allowed.isEmpty() && schema.get(key) instanceof ArrayNode values) {
        values.values().forEach(v -> allowed.add(v.isString() ? v.stringValue() : v.toString()));
      }
    }
    return allowed;
  }

  private record Named(String type, Optional<String> itemType, Optional<String> format) {
    Named(String type) {
      this(type, Optional.empty(), Optional.empty());
    }
  }

  /** A type's name as JSON schema has it; several that a value may have are joined by "or". */
  static String name(JsonNode type) {
    return named(type).type;
  }

  private static Named named(JsonNode type) {
    if (type instanceof ArrayNode types) {
      return new Named(joined(types.values().stream().map(t -> named(t).type).toList()));
    }
    if (!type.isString()) {
      return new Named(type.toString());
    }
    String name = type.stringValue().strip().toLowerCase(Locale.ROOT);
    if (name.startsWith("list(") && name.endsWith(")")) {
      return listOf(name.substring("list(".length(), name.length() - 1));
    }
    if (name.startsWith("list of ")) {
      return listOf(name.substring("list of ".length()));
    }
    if (name.startsWith("date")) {
      return new Named("string", Optional.empty(), Optional.of(name));
    }
    return new Named(joined(List.of(name.split(" or ", -1))));
  }

  private static Named listOf(String item) {
    return new Named("array", Optional.of(joined(List.of(item))), Optional.empty());
  }

  private static String joined(List<String> names) {
    List<String> distinct =
        names.stream().map(String::strip).map(n -> NAMES.getOrDefault(n, n)).distinct().toList();
    boolean numeric = distinct.stream().allMatch(n -> n.equals("integer") || n.equals("number"));
    return numeric && distinct.size() > 1 ? "number" : String.join(" or ", distinct);
  }
}
