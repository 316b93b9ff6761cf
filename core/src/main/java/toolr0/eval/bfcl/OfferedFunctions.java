package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * The functions of a record, as the checker knows them and as models see them.
 *
 * @param docs what the checker knows
 * @param tools what models see: JSON schema's names of types; for Java and JavaScript texts that
 *     hold literals, as the leaderboard shows them
 */
record OfferedFunctions(List<FunctionDoc> docs, List<ToolSpec> tools) {
  private static final Set<String> NAMED_KEYWORDS = Set.of("type", "description", "enum");

  OfferedFunctions {
    docs = List.copyOf(docs);
    tools = List.copyOf(tools);
  }

  /**
   * Reads the functions of a record.
   *
   * @throws MalformedRecord when they are not a list of functions with typed parameters
   */
  static OfferedFunctions read(@Nullable JsonNode functions, SourceLanguage language)
      throws MalformedRecord {
    if (!(functions instanceof ArrayNode list)) {
      throw new MalformedRecord("it has no list \"function\"");
    }
    List<FunctionDoc> docs = new ArrayList<>();
    List<ToolSpec> tools = new ArrayList<>();
    for (JsonNode function : list.values()) {
      String name = text(function.get("name"));
      if (name.isBlank()) {
        throw new MalformedRecord("one of its functions has no name");
      }
      if (!(function.path("parameters").get("properties") instanceof ObjectNode properties)) {
        throw new MalformedRecord("the function " + name + " has no \"properties\"");
      }
      Set<String> required = new HashSet<>();
      function.path("parameters").path("required").values().forEach(r -> required.add(text(r)));
      SequencedMap<String, ParameterDoc> parameters = new LinkedHashMap<>();
      List<Parameter> shown = new ArrayList<>();
      for (Map.Entry<String, JsonNode> property : properties.properties()) {
        String key = property.getKey();
        if (!(property.getValue() instanceof ObjectNode schema)
            || text(schema.get("type")).isBlank()) {
          throw new MalformedRecord(
              "the parameter " + key + " of the function " + name + " has no type");
        }
        parameters.put(
            key,
            new ParameterDoc(
                text(schema.get("type")),
                Optional.of(text(schema.path("items").get("type"))).filter(t -> !t.isEmpty())));
        shown.add(parameter(key, shown(schema, language), required.contains(key)));
      }
      docs.add(new FunctionDoc(name, parameters, required));
      tools.add(new ToolSpec(name, text(function.get("description")) + hint(language), shown));
    }
    return new OfferedFunctions(docs, tools);
  }

  private static String text(@Nullable JsonNode node) {
    return node != null && node.isString() ? node.stringValue() : "";
  }

  private static String hint(SourceLanguage language) {
    return switch (language) {
      case PYTHON -> "";
      case JAVA -> " Note that the provided function is in Java 8 SDK syntax.";
      case JAVASCRIPT -> " Note that the provided function is in JavaScript syntax.";
    };
  }

  private static Parameter parameter(String name, ObjectNode schema, boolean required) {
    List<String> allowed = new ArrayList<>();
    schema
        .path("enum")
        .values()
        .forEach(v -> allowed.add(v.isString() ? v.stringValue() : v.toString()));
    ObjectNode more = Json.object();
    schema.properties().stream()
        .filter(e -> !NAMED_KEYWORDS.contains(e.getKey()))
        .forEach(e -> more.set(e.getKey(), e.getValue()));
    return new Parameter(
        name, text(schema.get("type")), text(schema.get("description")), required, allowed, more);
  }

  private static ObjectNode shown(ObjectNode schema, SourceLanguage language) {
    return switch (language) {
      case PYTHON -> jsonSchema(schema);
      case JAVA -> literal(schema, "Java", Set.of("Array", "ArrayList"));
      case JAVASCRIPT -> literal(schema, "JavaScript", Set.of("array"));
    };
  }

  /** The schema with JSON schema's names of types at every level. */
  private static ObjectNode jsonSchema(ObjectNode schema) {
    ObjectNode renamed = Json.object();
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      JsonNode value = keyword.getValue();
      renamed.set(
          keyword.getKey(),
          switch (keyword.getKey()) {
            case "type" -> value instanceof StringNode type ? jsonType(type) : value;
            case "items", "additionalProperties" -> jsonSchemaOrValue(value);
            case "properties" -> {
              if (!(value instanceof ObjectNode properties)) {
                yield value;
              }
              ObjectNode inner = Json.object();
              properties
                  .properties()
                  .forEach(e -> inner.set(e.getKey(), jsonSchemaOrValue(e.getValue())));
              yield inner;
            }
            default -> value;
          });
    }
    return renamed;
  }

  private static JsonNode jsonSchemaOrValue(JsonNode value) {
    return value instanceof ObjectNode schema ? jsonSchema(schema) : value;
  }

  private static StringNode jsonType(StringNode type) {
    return switch (type.stringValue()) {
      case "dict" -> StringNode.valueOf("object");
      case "float" -> StringNode.valueOf("number");
      case "tuple" -> StringNode.valueOf("array");
      default -> type;
    };
  }

  /** The schema of a text that holds a literal; what the literal is stands in the description. */
  private static ObjectNode literal(ObjectNode schema, String language, Set<String> lists) {
    ObjectNode shown = schema.deepCopy();
    String type = text(schema.get("type"));
    StringBuilder description = new StringBuilder(text(schema.get("description")));
    description.append(
        type.equals("any")
            ? " This parameter can be of any type of "
                + language
                + " object in string representation."
            : " This is " + language + " " + type + " type parameter in string representation.");
    if (lists.contains(type)) {
      description
          .append(" The list elements are of type ")
          .append(text(schema.path("items").get("type")))
          .append("; they are not in string representation.");
      shown.remove("items");
    }
    if (type.equals("dict") && schema.get("properties") instanceof ObjectNode properties) {
      description
          .append(
              " The dictionary entries have the following schema; they are not in string"
                  + " representation. ")
          .append(Json.compact(properties));
      shown.remove("properties");
    }
    return shown.put("type", "string").put("description", description.toString());
  }
}
