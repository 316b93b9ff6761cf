package toolr0.eval;

/**
 * How much of what was predicted is right and how much of what was wanted was predicted, counted
 * over any number of answers.
 *
 * @param matched items that are in both
 * @param predicted items predicted
 * @param gold items wanted
 */
public record Overlap(long matched, long predicted, long gold) {
  public static final Overlap NONE = new Overlap(0, 0, 0);

  public Overlap plus(Overlap other) {
    return new Overlap(matched + other.matched, predicted + other.predicted, gold + other.gold);
  }

  /** Share of the predicted items that are right; 0 when nothing was predicted. */
  public double precision() {
    return predicted == 0 ? 0 : (double) matched / predicted;
  }

  /** Share of the wanted items that were predicted; 0 when nothing was wanted. */
  public double recall() {
    return gold == 0 ? 0 : (double) matched / gold;
  }

  /** The harmonic mean of the two; 0 when both are. */
  public double f1() {
    double sum = precision() + recall();
    return sum == 0 ? 0 : 2 * precision() * recall() / sum;
  }
}
