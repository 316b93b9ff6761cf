package toolr0.eval.bfcl;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.tool.MeantParameter;
import toolr0.tool.ToolSpec;

/**
 * The parameters that models are shown, by function and name. Of several functions with one name
 * the first counts.
 */
final class ShownParameters {
  private final Map<String, Map<String, MeantParameter>> parameters = new HashMap<>();

  ShownParameters(List<ToolSpec> tools) {
    for (ToolSpec tool : tools) {
      if (!parameters.containsKey(tool.name())) {
        Map<String, MeantParameter> byName = new HashMap<>();
        tool.parameters().forEach(p -> byName.putIfAbsent(p.name(), new MeantParameter(p)));
        parameters.put(tool.name(), byName);
      }
    }
  }

  boolean offers(String function) {
    return parameters.containsKey(function);
  }

  Optional<MeantParameter> parameter(String function, String name) {
    return Optional.ofNullable(parameters.getOrDefault(function, Map.of()).get(name));
  }
}
