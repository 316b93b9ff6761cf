package toolr0.tool;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Menus as far as the published Generator reward looks at them (method sections 4.3 and 4.4); of
 * tools with one name the last counts.
 */
final class PublishedMenus {
  private PublishedMenus() {}

  static ParsedMenu parse(String text) {
    String content = Text.strip(CallParser.stripFence(text));
    return LiteralReader.read(content, LiteralReader.Grammar.PYTHON_JSON)
        .map(PublishedMenus::read)
        .orElse(new ParsedMenu.Unusable("not JSON"));
  }

  static List<JsonNode> oddRequired(String text, String tool) {
    JsonNode required = Json.array();
    Optional<JsonNode> menu =
        LiteralReader.read(
            Text.strip(CallParser.stripFence(text)), LiteralReader.Grammar.PYTHON_JSON);
    for (JsonNode element : menu.map(JsonNode::values).orElse(List.of())) {
      if (element.path("name").isString() && element.get("name").stringValue().equals(tool)) {
        required = element.path("parameters").path("required");
      }
    }
    return required instanceof ArrayNode list
        ? list.values().stream().filter(entry -> !entry.isString()).toList()
        : List.of();
  }

  private static ParsedMenu read(JsonNode node) {
    if (!(node instanceof ArrayNode list) || list.isEmpty()) {
      return new ParsedMenu.Unusable("not a list of tools");
    }
    Map<String, ToolSpec> tools = new LinkedHashMap<>();
    for (JsonNode element : list.values()) {
      if (!(element instanceof ObjectNode object)
          || !(object.get("name") instanceof JsonNode name)
          || !name.isString()
          || name.stringValue().isBlank()) {
        return new ParsedMenu.Unusable("an element is no object with a name");
      }
      JsonNode parameters = object.has("parameters") ? object.get("parameters") : Json.object();
      if (!(parameters instanceof ObjectNode stated)) {
        return new ParsedMenu.Unusable("the parameters of a tool are not an object");
      }
      tools.put(name.stringValue(), new ToolSpec(name.stringValue(), "", required(stated)));
    }
    return new ParsedMenu.Menu(List.copyOf(tools.values()));
  }

  private static List<Parameter> required(ObjectNode stated) {
    Set<String> names = new LinkedHashSet<>();
    if (stated.get("required") instanceof ArrayNode list) {
      list.values().stream().filter(JsonNode::isString).forEach(n -> names.add(n.stringValue()));
    }
    return names.stream().map(name -> new Parameter(name, "", "", true, List.of())).toList();
  }
}
