package toolr0.tool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes lists of tools. A tool may state its parameters flat ({@code
 * {"city":{"type":"string"}}} with {@code required} beside {@code parameters}) or as a JSON schema
 * ({@code properties}, {@code required} inside), and may stand inside the OpenAI wrapper {@code
 * {"type":"function","function":{..}}}.
 */
public final class ToolMenus {
  /** What a parameter's schema may state beside type, description and enumeration. */
  private static final List<String> FURTHER_KEYWORDS =
      List.of("items", "properties", "additionalProperties", "default", "format");

  private ToolMenus() {}

  /** The menu that a text holds: a JSON list of tools, or one tool, inside a code fence or not. */
  public static ParsedMenu parse(String text) {
    JsonNode node;
    try {
      node = Json.parse(CallParser.stripFence(text).strip());
    } catch (JsonSyntaxException e) {
      return new ParsedMenu.Unusable("not JSON: " + e.getMessage());
    }
    return read(node);
  }

  /** The menu that a text holds, by the chosen rules. */
  public static ParsedMenu parse(String text, MenuSyntax syntax) {
    return switch (syntax) {
      case CHECKED -> parse(text);
      case PUBLISHED -> PublishedMenus.parse(text);
    };
  }

  /**
   * The entries of a tool's {@code parameters.required} that are no text, which only the first
   * published version regards: it stops at a list or an object and takes anything else for an
   * argument that no call gives (method section 9.1, number 15).
   */
  public static List<JsonNode> oddRequired(String text, String tool) {
    return PublishedMenus.oddRequired(text, tool);
  }

  /** The menu that a JSON value holds. */
  public static ParsedMenu read(JsonNode node) {
    List<JsonNode> elements;
    if (node instanceof ArrayNode list) {
      elements = List.copyOf(list.values());
    } else if (node instanceof ObjectNode) {
      elements = List.of(node);
    } else {
      return new ParsedMenu.Unusable("not a list of tools");
    }
    if (elements.isEmpty()) {
      return new ParsedMenu.Unusable("the list of tools is empty");
    }
    List<ToolSpec> tools = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < elements.size(); i++) {
      try {
        ToolSpec tool = tool(elements.get(i));
        if (!names.add(tool.name())) {
          return new ParsedMenu.Unusable(
              "tool " + (i + 1) + ": the name \"" + tool.name() + "\" is taken");
        }
        tools.add(tool);
      } catch (NotATool e) {
        return new ParsedMenu.Unusable("tool " + (i + 1) + ": " + e.getMessage());
      }
    }
    return new ParsedMenu.Menu(tools);
  }

  /** The tools on one line of JSON, the form that prompts use. */
  public static String write(List<ToolSpec> tools) {
    return Json.compact(toJson(tools));
  }

  /**
   * The tools as JSON: flat parameters, {@code required} beside them, no empty descriptions of
   * parameters.
   */
  public static ArrayNode toJson(List<ToolSpec> tools) {
    ArrayNode list = Json.array();
    tools.forEach(tool -> list.add(toJson(tool)));
    return list;
  }

  /**
   * The tools as JSON with the parameters of each as a JSON schema: {@code properties}, and {@code
   * required} inside.
   */
  public static ArrayNode toSchemaJson(List<ToolSpec> tools) {
    ArrayNode list = Json.array();
    for (ToolSpec tool : tools) {
      ObjectNode flat = toJson(tool);
      ObjectNode object = list.addObject();
      object.set("name", flat.get("name"));
      object.set("description", flat.get("description"));
      ObjectNode schema = object.putObject("parameters");
      schema.put("type", "object");
      schema.set("properties", flat.get("parameters"));
      schema.set("required", flat.get("required"));
    }
    return list;
  }

  private static ObjectNode toJson(ToolSpec tool) {
    ObjectNode object = Json.object();
    object.put("name", tool.name());
    object.put("description", tool.description());
    ObjectNode parameters = object.putObject("parameters");
    ArrayNode required = object.putArray("required");
    for (Parameter parameter : tool.parameters()) {
      ObjectNode entry = parameters.putObject(parameter.name());
      entry.put("type", parameter.type());
      if (!parameter.description().isEmpty()) {
        entry.put("description", parameter.description());
      }
      if (!parameter.allowed().isEmpty()) {
        ArrayNode allowed = entry.putArray("enum");
        parameter.allowed().forEach(allowed::add);
      }
      entry.setAll(parameter.more());
      if (parameter.required()) {
        required.add(parameter.name());
      }
    }
    return object;
  }

  private static ToolSpec tool(JsonNode element) throws NotATool {
    if (!(element instanceof ObjectNode outer)) {
      throw new NotATool("not an object");
    }
    ObjectNode object =
        outer.get("function") instanceof ObjectNode function && !outer.has("name")
            ? function
            : outer;
    String name = text(object.get("name")).orElse("");
    if (name.isBlank()) {
      throw new NotATool("it has no name");
    }
    String description = text(object.get("description")).orElse("");
    JsonNode parameters = object.get("parameters");
    if (parameters == null || parameters.isNull()) {
      return new ToolSpec(name, description, parameters(Json.object(), required(object)));
    }
    if (!(parameters instanceof ObjectNode stated)) {
      throw new NotATool("the parameters of \"" + name + "\" are not an object");
    }
    boolean schema = isSchema(stated);
    ObjectNode properties = schema ? properties(stated) : stated;
    Set<String> required = required(object);
    if (schema) {
      required = union(required, required(stated));
    }
    return new ToolSpec(name, description, parameters(properties, required));
  }

  /**
   * Whether parameters are stated as a JSON schema: {@code properties} is an object of objects
   * beside {@code "type": "object"}, or without any other key than a schema has.
   */
  private static boolean isSchema(ObjectNode stated) {
    boolean typedObject = text(stated.get("type")).filter("object"::equals).isPresent();
    if (!(stated.get("properties") instanceof ObjectNode properties)) {
      return typedObject && !stated.has("properties") && onlySchemaKeys(stated);
    }
    if (typedObject) {
      return true;
    }
    boolean describesItself = text(properties.get("type")).isPresent();
    return onlySchemaKeys(stated) && !describesItself;
  }

  private static boolean onlySchemaKeys(ObjectNode stated) {
    Set<String> keys =
        Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "description",
            "title",
            "$schema");
    return keys.containsAll(stated.propertyNames());
  }

  private static ObjectNode properties(ObjectNode schema) {
    return schema.get("properties") instanceof ObjectNode properties ? properties : Json.object();
  }

  private static List<Parameter> parameters(ObjectNode properties, Set<String> required)
      throws NotATool {
    List<Parameter> parameters = new ArrayList<>();
    for (var entry : properties.properties()) {
      parameters.add(
          parameter(entry.getKey(), entry.getValue(), required.contains(entry.getKey())));
    }
    for (String name : required) {
      if (!properties.has(name)) {
        throw new NotATool("it requires \"" + name + "\", which is not among its parameters");
      }
    }
    return parameters;
  }

  private static Parameter parameter(String name, JsonNode stated, boolean required)
      throws NotATool {
    if (!stated.isString() && !stated.isObject()) {
      throw new NotATool("parameter \"" + name + "\" is neither a type nor an object");
    }
    Optional<String> type =
        text(stated.isString() ? stated : stated.get("type")).filter(t -> !t.isBlank());
    if (type.isEmpty()) {
      throw new NotATool("parameter \"" + name + "\" has no type");
    }
    if (!(stated instanceof ObjectNode object)) {
      return new Parameter(name, lower(type.get()), "", required, List.of());
    }
    List<String> allowed = new ArrayList<>();
    if (object.get("enum") instanceof ArrayNode values) {
      values.values().forEach(v -> allowed.add(v.isString() ? v.stringValue() : v.toString()));
    }
    ObjectNode more = Json.object();
    for (String keyword : FURTHER_KEYWORDS) {
      if (object.get(keyword) != null) {
        more.set(keyword, object.get(keyword));
      }
    }
    return new Parameter(
        name,
        lower(type.get()),
        text(object.get("description")).orElse(""),
        required,
        allowed,
        more);
  }

  private static Set<String> required(ObjectNode holder) {
    Set<String> names = new java.util.LinkedHashSet<>();
    if (holder.get("required") instanceof ArrayNode list) {
      list.values().stream().filter(JsonNode::isString).forEach(n -> names.add(n.stringValue()));
    }
    return names;
  }

  private static Set<String> union(Set<String> a, Set<String> b) {
    Set<String> all = new java.util.LinkedHashSet<>(a);
    all.addAll(b);
    return all;
  }

  private static Optional<String> text(@Nullable JsonNode node) {
    return node != null && node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
  }

  private static String lower(String type) {
    return Text.lowerCase(type.strip());
  }

  /** Says why an element of a menu is no tool. */
  private static final class NotATool extends Exception {
    private static final long serialVersionUID = 1L;

    NotATool(String reason) {
      super(reason, null, false, false);
    }
  }
}
