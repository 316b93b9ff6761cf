package toolr0.tool;

import java.util.List;
import java.util.OptionalInt;

/**
 * A graded agreement and the pairing that it comes from.
 *
 * @param pairs the pairs that count, in the gold calls' order; none when gold is empty
 */
public record SoftMatch(SoftScore score, List<Pair> pairs) {
  public SoftMatch {
    pairs = List.copyOf(pairs);
  }

  /**
   * A gold call and the predicted call that it is compared with.
   *
   * @param gold index of the gold call
   * @param predicted index of the predicted call
   * @param score weighted sum of name, keys and values, in (0, 1]
   */
  public record Pair(int gold, int predicted, double score) {}

  /** The predicted call that a gold call is paired with. */
  public OptionalInt predictedFor(int gold) {
    return pairs.stream().filter(p -> p.gold == gold).mapToInt(Pair::predicted).findFirst();
  }

  /** Whether a predicted call is paired with a gold call. */
  public boolean isPaired(int predicted) {
    return pairs.stream().anyMatch(p -> p.predicted == predicted);
  }
}
