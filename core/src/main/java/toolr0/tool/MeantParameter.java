package toolr0.tool;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Values of one parameter as its schema means them, ready for many comparisons. */
public final class MeantParameter {
  private final Parameter parameter;
  private final Optional<JsonNode> normalDefault;

  public MeantParameter(Parameter parameter) {
    this.parameter = parameter;
    this.normalDefault =
        parameter.defaultValue().map(d -> normal(MeantCalls.coerced(d, parameter)));
  }

  private JsonNode normal(JsonNode coerced) {
    return TypedValues.normal(coerced, Optional.of(parameter));
  }

  /** The value as it is meant: in the declared type, where turning it into that loses nothing. */
  public Value value(JsonNode value) {
    JsonNode coerced = MeantCalls.coerced(value, parameter);
    JsonNode normal = normal(coerced);
    return new Value(coerced, normal, isNormalDefault(normal));
  }

  /** Whether a value in the declared type is the default. */
  boolean isDefault(JsonNode coerced) {
    return normalDefault.isPresent() && isNormalDefault(normal(coerced));
  }

  private boolean isNormalDefault(JsonNode normal) {
    return normalDefault.filter(d -> TypedValues.equalNormal(d, normal)).isPresent();
  }

  /**
   * A value of the parameter.
   *
   * @param coerced the value in the declared type
   * @param normal that value with its texts in the form in which they are compared
   * @param isDefault whether it says no more than leaving the argument out
   */
  public record Value(JsonNode coerced, JsonNode normal, boolean isDefault) {
    /** Whether a call with this value means the same as one with the other. */
    public boolean same(Value other) {
      return isDefault == other.isDefault
          && (isDefault || TypedValues.equalNormal(normal, other.normal));
    }
  }
}
