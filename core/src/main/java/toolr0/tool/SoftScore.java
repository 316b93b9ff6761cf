package toolr0.tool;

/**
 * The graded agreement of predicted with gold calls.
 *
 * @param nameScore mean over matched pairs of having the right tool, in [0, 1]
 * @param keyScore mean over matched pairs of the F1 of argument names
 * @param valueScore mean over matched pairs of the share of right values
 * @param pairScore mean over matched pairs of the weighted sum of the three
 * @param baseScore sum over matched pairs divided by the number of gold calls
 * @param extraCalls predicted calls beyond the number of gold calls
 * @param extraCallFactor what extra calls leave of the base score, in (0, 1]
 * @param accuracy the graded agreement, in [0, 1]
 */
public record SoftScore(
    double nameScore,
    double keyScore,
    double valueScore,
    double pairScore,
    double baseScore,
    int extraCalls,
    double extraCallFactor,
    double accuracy) {

  /** The score of an answer without usable calls. */
  public static final SoftScore NONE = new SoftScore(0, 0, 0, 0, 0, 0, 1, 0);
}
