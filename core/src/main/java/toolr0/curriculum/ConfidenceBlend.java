package toolr0.curriculum;

import java.util.Optional;
import java.util.OptionalDouble;
import toolr0.base.Check;
import toolr0.base.Json;
import toolr0.base.PythonFloat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The published confidence in a task's difficulty (method section 5.3, where no run switches it
 * on): a blend of whether the judge's reply could be read and of how far the Solver's answers
 * agree.
 *
 * @param enabled whether there is a confidence at all
 * @param alpha weight of the judge; values outside [0, 1] count as the nearer end
 */
public record ConfidenceBlend(boolean enabled, double alpha) {
  private static final double UNREADABLE = 0.5;

  public ConfidenceBlend {
    Check.require(Double.isFinite(alpha), "alpha", alpha, "must be a number");
  }

  /** No confidence, as published. */
  public static ConfidenceBlend published() {
    return new ConfidenceBlend(false, 0.5);
  }

  /**
   * The confidence in [0, 1]; none when it is not enabled.
   *
   * @param fallback whether the judge's reply could not be read
   * @param verification holds the agreement under {@code p_mode}, {@code mode_frac} or {@code
   *     mode_fraction}, a number or a text that is one; without any of the keys the judge alone
   *     counts
   */
  public OptionalDouble of(boolean fallback, ObjectNode verification) {
    if (!enabled) {
      return OptionalDouble.empty();
    }
    double judge = fallback ? UNREADABLE : 1;
    double weight = Math.clamp(alpha, 0, 1);
    Optional<JsonNode> stated =
        Optional.ofNullable(verification.get("p_mode"))
            .or(() -> Optional.ofNullable(verification.get("mode_frac")))
            .or(() -> Optional.ofNullable(verification.get("mode_fraction")));
    return OptionalDouble.of(
        stated
            .map(value -> weight * judge + (1 - weight) * Math.clamp(number(value), 0, 1))
            .orElse(judge));
  }

  private static double number(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue() ? 1 : 0;
    }
    return value.isNumber()
        ? Json.toDouble(value)
        : PythonFloat.parse(value.isString() ? value.stringValue() : "").orElse(0);
  }
}
