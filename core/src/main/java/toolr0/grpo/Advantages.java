package toolr0.grpo;

import java.util.Arrays;
import java.util.List;

/**
 * Group relative advantages, (r - group mean) / (std + 1e-4) with the sample standard deviation, as
 * TRL computes them. A reward of NaN marks a completion that could not be scored: it counts in no
 * mean and has advantage 0. Rewards that differ by rounding alone have advantage 0, because an
 * optimizer that normalises gradients would make much of little.
 */
public final class Advantages {
  /** What is added to the standard deviation. */
  public static final double EPSILON = 1e-4;

  private Advantages() {}

  /**
   * The advantages of a step.
   *
   * @param rewardsPG one array of G rewards per group; the groups may differ in size
   */
  public static List<double[]> of(List<double[]> rewardsPG, ScaleRewards scale) {
    double batchStd = std(rewardsPG.stream().flatMapToDouble(Arrays::stream).toArray());
    return rewardsPG.stream()
        .map(
            rewardsG -> {
              double divisor =
                  switch (scale) {
                    case GROUP -> std(rewardsG) + EPSILON;
                    case BATCH -> batchStd + EPSILON;
                    case NONE -> 1;
                  };
              double mean = mean(rewardsG);
              boolean equal = GroupSignal.spread(rewardsG) <= GroupSignal.TOLERANCE;
              return Arrays.stream(rewardsG)
                  .map(r -> Double.isNaN(r) || equal ? 0 : (r - mean) / divisor)
                  .toArray();
            })
        .toList();
  }

  /** The mean of what is not NaN; NaN when nothing is. */
  public static double mean(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }

  /** The sample standard deviation of what is not NaN; 0 for fewer than two values. */
  public static double std(double[] values) {
    double[] finite = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    if (finite.length < 2) {
      return 0;
    }
    double mean = mean(finite);
    double squares = Arrays.stream(finite).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (finite.length - 1));
  }
}
