package toolr0.tool;

import java.util.List;
import java.util.Optional;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One parameter of a tool.
 *
 * @param name the argument's key
 * @param type the JSON-schema type as the tool states it, lower case ("string", "integer",
 *     "number", "boolean", ...)
 * @param description may be empty
 * @param required whether a call must give it
 * @param allowed the enumeration's values as text, empty when any value is allowed
 * @param more what else its schema states ("items", "properties", "default", ...), by keyword;
 *     never modified
 */
public record Parameter(
    String name,
    String type,
    String description,
    boolean required,
    List<String> allowed,
    ObjectNode more) {
  public Parameter {
    allowed = List.copyOf(allowed);
  }

  /** A parameter whose schema states nothing else. */
  public Parameter(
      String name, String type, String description, boolean required, List<String> allowed) {
    this(name, type, description, required, allowed, Json.object());
  }

  /** The value that counts when a call does not give the argument. */
  public Optional<JsonNode> defaultValue() {
    return Optional.ofNullable(more.get("default"));
  }

  /** The type of a list's elements, empty when the schema does not state it. */
  public Optional<String> itemType() {
    return Optional.ofNullable(more.path("items").get("type"))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }
}
