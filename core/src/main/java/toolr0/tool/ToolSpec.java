package toolr0.tool;

import java.util.List;
import java.util.Optional;

/**
 * A tool that a model may call. Parameter names are unique; their order is the order in which the
 * tool states them.
 */
public record ToolSpec(String name, String description, List<Parameter> parameters) {
  public ToolSpec {
    parameters = List.copyOf(parameters);
  }

  /** The parameter of that name. */
  public Optional<Parameter> parameter(String parameterName) {
    return parameters.stream().filter(p -> p.name().equals(parameterName)).findFirst();
  }
}
