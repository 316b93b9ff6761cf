package toolr0.tool;

import java.util.List;

/**
 * One parameter of a tool.
 *
 * @param name the argument's key
 * @param type the JSON-schema type as the tool states it, lower case ("string", "integer",
 *     "number", "boolean", ...)
 * @param description may be empty
 * @param required whether a call must give it
 * @param allowed the enumeration's values as text, empty when any value is allowed
 */
public record Parameter(
    String name, String type, String description, boolean required, List<String> allowed) {
  public Parameter {
    allowed = List.copyOf(allowed);
  }
}
