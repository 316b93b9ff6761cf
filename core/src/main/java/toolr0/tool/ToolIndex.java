package toolr0.tool;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A menu's tools and their parameters by name. Of several with one name the first counts. */
final class ToolIndex {
  private final Map<String, ToolSpec> tools = new HashMap<>();
  private final Map<String, Map<String, Parameter>> parameters = new HashMap<>();

  ToolIndex(List<ToolSpec> menu) {
    menu.forEach(tool -> tools.putIfAbsent(tool.name(), tool));
  }

  Optional<ToolSpec> tool(String name) {
    return Optional.ofNullable(tools.get(name));
  }

  /** The parameter of a tool, empty when the menu does not have the tool or the parameter. */
  Optional<Parameter> parameter(String tool, String name) {
    ToolSpec spec = tools.get(tool);
    if (spec == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        parameters.computeIfAbsent(tool, _ -> byName(spec.parameters())).get(name));
  }

  private static Map<String, Parameter> byName(List<Parameter> parameters) {
    Map<String, Parameter> byName = new HashMap<>();
    parameters.forEach(parameter -> byName.putIfAbsent(parameter.name(), parameter));
    return byName;
  }
}
