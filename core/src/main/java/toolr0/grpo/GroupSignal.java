package toolr0.grpo;

import java.util.Arrays;

/** Whether a group teaches anything, and why not. */
public enum GroupSignal {
  /** Rewards differ. */
  LIVE,
  /** All rewards are the largest there is. */
  ALL_RIGHT,
  /** All rewards are 0. */
  ALL_WRONG,
  /** All rewards are equal and neither of the two. */
  EQUAL,
  /** Fewer than two completions could be scored. */
  UNSCORABLE;

  private static final double TOLERANCE = 1e-8;

  /**
   * The signal of a group.
   *
   * @param rewardsG NaN for a completion that could not be scored
   * @param maximum the largest reward there is
   */
  public static GroupSignal of(double[] rewardsG, double maximum) {
    double[] scored = Arrays.stream(rewardsG).filter(r -> !Double.isNaN(r)).toArray();
    if (scored.length < 2) {
      return UNSCORABLE;
    }
    double low = Arrays.stream(scored).min().orElseThrow();
    double high = Arrays.stream(scored).max().orElseThrow();
    if (high - low > TOLERANCE) {
      return LIVE;
    }
    if (Math.abs(high) <= TOLERANCE) {
      return ALL_WRONG;
    }
    return high >= maximum - TOLERANCE ? ALL_RIGHT : EQUAL;
  }
}
