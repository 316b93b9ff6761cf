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

  /** Rewards that differ by no more are equal. */
  static final double TOLERANCE = 1e-8;

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
    double high = Arrays.stream(scored).max().orElseThrow();
    if (spread(scored) > TOLERANCE) {
      return LIVE;
    }
    if (Math.abs(high) <= TOLERANCE) {
      return ALL_WRONG;
    }
    return high >= maximum - TOLERANCE ? ALL_RIGHT : EQUAL;
  }

  /** The largest less the smallest of what is not NaN; 0 when nothing is. */
  static double spread(double[] rewardsG) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double reward : rewardsG) {
      if (!Double.isNaN(reward)) {
        low = Math.min(low, reward);
        high = Math.max(high, reward);
      }
    }
    return high < low ? 0 : high - low;
  }
}
