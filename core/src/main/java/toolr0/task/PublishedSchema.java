package toolr0.task;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published check and normal form of a menu (method section 5.1, steps 5 and 6): flat
 * parameters become a JSON schema, a schema stays as it is.
 */
final class PublishedSchema {
  private static final int MIN_DESCRIPTION = 5;
  private static final Pattern ONE_OR_TWO_LETTERS = Pattern.compile("[A-Za-z]{1,2}");
  private static final Set<String> EMPTY_NAMES = Set.of("tool", "function", "api", "call");
  private static final List<String> KEPT_OF_FLAT = List.of("type", "description", "enum");

  private PublishedSchema() {}

  /** The first thing that is wrong with a menu; none when it can be normalised. */
  static Optional<PublishedReason> flaw(JsonNode menu) {
    if (!(menu instanceof ArrayNode tools) || tools.isEmpty()) {
      return Optional.of(PublishedReason.TOOLS_NOT_LIST_OR_EMPTY);
    }
    Set<String> names = new HashSet<>();
    for (JsonNode tool : tools.values()) {
      Optional<PublishedReason> flaw =
          tool instanceof ObjectNode object
              ? toolFlaw(object, names)
              : Optional.of(PublishedReason.TOOL_NOT_OBJECT);
      if (flaw.isPresent()) {
        return flaw;
      }
    }
    return Optional.empty();
  }

  private static Optional<PublishedReason> toolFlaw(ObjectNode tool, Set<String> names) {
    if (requiredNames(tool.get("required")).isEmpty()) {
      return Optional.of(PublishedReason.TOOL_REQUIRED_NOT_LIST_OF_STRINGS);
    }
    String name = tool.path("name").isString() ? Text.strip(tool.get("name").stringValue()) : "";
    if (name.isEmpty()
        || ONE_OR_TWO_LETTERS.matcher(name).matches()
        || EMPTY_NAMES.contains(Text.lowerCase(name))) {
      return Optional.of(PublishedReason.BAD_TOOL_NAME);
    }
    if (!names.add(name)) {
      return Optional.of(PublishedReason.DUPLICATE_TOOL_NAME);
    }
    if (!tool.path("description").isString()
        || Text.length(Text.strip(tool.get("description").stringValue())) < MIN_DESCRIPTION) {
      return Optional.of(PublishedReason.TOOL_MISSING_OR_SHORT_DESCRIPTION);
    }
    if (!(tool.get("parameters") instanceof ObjectNode parameters) || parameters.isEmpty()) {
      return Optional.of(PublishedReason.TOOL_MISSING_PARAMETERS);
    }
    return isSchema(parameters) ? schemaFlaw(parameters) : flatFlaw(parameters);
  }

  /** A parameter called "properties", or one called "type" of type "object", misleads this. */
  private static boolean isSchema(ObjectNode parameters) {
    return parameters.has("properties") || isText(parameters.get("type"), "object");
  }

  private static Optional<PublishedReason> schemaFlaw(ObjectNode parameters) {
    if (!(parameters.get("properties") instanceof ObjectNode properties)) {
      return Optional.of(PublishedReason.TOOL_PARAMETERS_MISSING_PROPERTIES);
    }
    if (properties.isEmpty()) {
      return Optional.of(PublishedReason.TOOL_PARAMETERS_EMPTY_PROPERTIES);
    }
    for (JsonNode property : properties.values()) {
      if (!property.isObject()) {
        return Optional.of(PublishedReason.TOOL_PARAMETERS_BAD_PROPERTY_SPEC);
      }
      if (!isFlatType(property.get("type"))) {
        return Optional.of(PublishedReason.TOOL_PARAMETERS_NONPRIMITIVE_TYPE);
      }
    }
    return Optional.empty();
  }

  private static Optional<PublishedReason> flatFlaw(ObjectNode parameters) {
    for (JsonNode parameter : parameters.values()) {
      if (!parameter.isObject() && !parameter.isString()) {
        return Optional.of(PublishedReason.TOOL_PARAMETERS_BAD_ARG_SPEC);
      }
      if (parameter.isObject() && !parameter.has("type")) {
        return Optional.of(PublishedReason.TOOL_PARAMETERS_MISSING_ARG_TYPE);
      }
      if (!isFlatType(parameter.isObject() ? parameter.get("type") : parameter)) {
        return Optional.of(PublishedReason.TOOL_PARAMETERS_NONPRIMITIVE_TYPE);
      }
    }
    return Optional.empty();
  }

  private static boolean isFlatType(@Nullable JsonNode type) {
    return type != null
        && type.isString()
        && TaskCheck.FLAT_TYPES.contains(Text.lowerCase(Text.strip(type.stringValue())));
  }

  private static boolean isText(@Nullable JsonNode node, String text) {
    return node != null && node.isString() && node.stringValue().equals(text);
  }

  /** The names of a {@code required}; null and none are no names, anything else is malformed. */
  private static Optional<List<String>> requiredNames(@Nullable JsonNode required) {
    if (required == null || required.isNull()) {
      return Optional.of(List.of());
    }
    return required instanceof ArrayNode list && list.values().stream().allMatch(JsonNode::isString)
        ? Optional.of(list.values().stream().map(JsonNode::stringValue).toList())
        : Optional.empty();
  }

  /** The normal form of a menu without a flaw. */
  static ArrayNode normalise(JsonNode menu) {
    ArrayNode tools = Json.array();
    for (JsonNode tool : menu.values()) {
      ObjectNode normal = ((ObjectNode) tool).deepCopy();
      ObjectNode parameters = (ObjectNode) normal.get("parameters");
      if (!isSchema(parameters)) {
        normal.set("parameters", schema(parameters, normal.get("required")));
      } else if (!parameters.has("required")) {
        parameters.putArray("required");
      }
      tools.add(normal);
    }
    return tools;
  }

  private static ObjectNode schema(ObjectNode flat, @Nullable JsonNode required) {
    ObjectNode schema = Json.object();
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (Map.Entry<String, JsonNode> parameter : flat.properties()) {
      ObjectNode property = properties.putObject(parameter.getKey());
      if (parameter.getValue() instanceof ObjectNode stated) {
        for (String key : KEPT_OF_FLAT) {
          if (stated.get(key) instanceof JsonNode value) {
            property.set(key, value);
          }
        }
      } else {
        property.set("type", parameter.getValue());
      }
    }
    ArrayNode names = schema.putArray("required");
    requiredNames(required).orElse(List.of()).forEach(names::add);
    return schema;
  }

  /**
   * The arguments that calls of a normalised tool must have: the tool's own list where it has the
   * key, otherwise the schema's. Empty when that list is malformed.
   */
  static Optional<List<String>> required(ObjectNode tool) {
    return requiredNames(
        tool.has("required") ? tool.get("required") : tool.path("parameters").get("required"));
  }

  /** The tools of a normalised menu; required arguments that a tool does not have are left out. */
  static List<ToolSpec> tools(ArrayNode menu) {
    ArrayNode stated = Json.array();
    for (JsonNode element : menu.values()) {
      ObjectNode tool = (ObjectNode) element;
      JsonNode properties = tool.path("parameters").path("properties");
      ObjectNode plain = stated.addObject();
      plain.set("name", tool.get("name"));
      plain.set("description", tool.get("description"));
      ObjectNode parameters = plain.putObject("parameters");
      parameters.put("type", "object");
      parameters.set("properties", properties);
      ArrayNode required = parameters.putArray("required");
      required(tool).orElse(List.of()).stream().filter(properties::has).forEach(required::add);
    }
    if (ToolMenus.read(stated) instanceof ParsedMenu.Menu(List<ToolSpec> tools)) {
      return tools;
    }
    throw new IllegalStateException("a menu without a flaw cannot be read: " + stated);
  }

  /** The tools of a normalised menu by their names. */
  static Map<String, ObjectNode> byName(ArrayNode menu) {
    Map<String, ObjectNode> tools = new HashMap<>();
    for (JsonNode tool : menu.values()) {
      tools.put(tool.path("name").stringValue(), (ObjectNode) tool);
    }
    return tools;
  }
}
