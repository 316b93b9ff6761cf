package toolr0.reward;

import toolr0.base.Check;
import toolr0.tool.CallSyntax;
import toolr0.tool.SoftMatchConfig;

/**
 * How the Solver is rewarded.
 *
 * @param formatWeight weight of the format reward in the total
 * @param accuracyWeight weight of the accuracy in the total
 * @param exactWeight weight of an exact match in the total
 * @param thinkRequired whether an answer without a think block has accuracy 0
 * @param noCallTasks whether an empty list is an answer: it then has full format, and it is right
 *     when gold is empty
 * @param syntax how answers may be written
 * @param accuracy how calls are graded
 */
public record SolverRewardConfig(
    double formatWeight,
    double accuracyWeight,
    double exactWeight,
    boolean thinkRequired,
    boolean noCallTasks,
    CallSyntax syntax,
    SoftMatchConfig accuracy) {

  public SolverRewardConfig {
    Check.notNegative("format_weight", formatWeight);
    Check.notNegative("accuracy_weight", accuracyWeight);
    Check.notNegative("exact_weight", exactWeight);
  }

  /** The mended method. */
  public static SolverRewardConfig standard() {
    return new SolverRewardConfig(
        1, 1, 0, false, true, CallSyntax.TOLERANT, SoftMatchConfig.standard());
  }

  /** The published rewards. */
  public static SolverRewardConfig published(boolean thinkRequired) {
    return new SolverRewardConfig(
        1, 1, 0, thinkRequired, false, CallSyntax.PUBLISHED, SoftMatchConfig.published());
  }
}
