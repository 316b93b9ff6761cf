package toolr0.task;

/**
 * How many argument values stand in the question.
 *
 * @param matched values found
 * @param counted values looked for; booleans and nulls are not
 */
public record GroundingScore(int matched, int counted) {

  /**
   * The share of values found, in [0, 1].
   *
   * @param minimum values that a task needs for full credit; with 0, nothing to look for counts as
   *     1
   */
  public double share(int minimum) {
    int needed = Math.max(counted, minimum);
    return needed == 0 ? 1 : (double) matched / needed;
  }
}
