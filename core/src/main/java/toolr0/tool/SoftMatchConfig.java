package toolr0.tool;

/**
 * How {@link CallMatcher#soft} grades (method sections 6 and 9.2).
 *
 * @param nameWeight share of a pair's score for the right tool
 * @param keyWeight share for the F1 of the argument names
 * @param valueWeight share for the values
 * @param extraCallPenalty c in the factor 1 / (1 + c e) for e calls more than gold has, at least 0
 * @param gateByName whether a call of the wrong tool earns nothing
 * @param valuesOverUnion whether values are counted over the union of both sides' keys, otherwise
 *     over the common keys
 * @param assignment how predicted calls are paired with gold calls
 * @param comparison how two values are compared
 */
public record SoftMatchConfig(
    double nameWeight,
    double keyWeight,
    double valueWeight,
    double extraCallPenalty,
    boolean gateByName,
    boolean valuesOverUnion,
    Assignment assignment,
    Comparison comparison) {

  /** How predicted calls are paired with gold calls. */
  public enum Assignment {
    /** Each gold call in turn takes the best prediction left. */
    GREEDY,
    /** The pairing with the largest sum. */
    OPTIMAL
  }

  /** How two values are compared. */
  public enum Comparison {
    /**
     * By the parameter's type: numbers by value, text exactly but for white space, no mixing of
     * types.
     */
    TYPED,
    /**
     * As the published code does: Python equality, then numeric text, then text, then canonical
     * JSON.
     */
    PYTHON
  }

  public SoftMatchConfig {
    requireWeight(nameWeight, "name_weight");
    requireWeight(keyWeight, "key_weight");
    requireWeight(valueWeight, "value_weight");
    if (Math.abs(nameWeight + keyWeight + valueWeight - 1) > 1e-9) {
      throw new IllegalArgumentException(
          "name_weight, key_weight and value_weight must add up to 1, not "
              + (nameWeight + keyWeight + valueWeight));
    }
    if (!(extraCallPenalty >= 0)) {
      throw new IllegalArgumentException(
          "extra_call_penalty must not be negative, it is " + extraCallPenalty);
    }
  }

  /** The mended method. */
  public static SoftMatchConfig standard() {
    return new SoftMatchConfig(
        0.2, 0.3, 0.5, 0.25, true, true, Assignment.OPTIMAL, Comparison.TYPED);
  }

  /** The published method. */
  public static SoftMatchConfig published() {
    return new SoftMatchConfig(
        0.2, 0.3, 0.5, 0.25, false, false, Assignment.GREEDY, Comparison.PYTHON);
  }

  private static void requireWeight(double weight, String key) {
    if (!(weight >= 0 && weight <= 1)) {
      throw new IllegalArgumentException(key + " must be between 0 and 1, it is " + weight);
    }
  }
}
