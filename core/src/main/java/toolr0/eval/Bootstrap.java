package toolr0.eval;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import toolr0.base.Seed;

/**
 * Percentile intervals of any statistic over tasks (Efron 1979): the tasks are drawn anew with
 * replacement, within their strata, and the statistic is computed on each draw.
 */
public final class Bootstrap {
  /** Draws of one interval; lm-evaluation-harness's bootstrap_iters is of this order. */
  public static final int RESAMPLES = 1000;

  private Bootstrap() {}

  /**
   * The interval of a statistic.
   *
   * @param strata the tasks' indices, one array for each stratum; every draw has as many of each
   * @param statistic computed on drawn indices; draws for which it is NaN are left out
   * @param confidence in (0, 1)
   * @return NaN ends when the statistic is NaN on all draws
   */
  public static Interval interval(
      int[][] strata, ToDoubleFunction<int[]> statistic, double confidence, Seed seed) {
    SplittableRandom random = seed.random();
    int[] drawn = new int[Arrays.stream(strata).mapToInt(s -> s.length).sum()];
    double[] values = new double[RESAMPLES];
    int count = 0;
    for (int r = 0; r < RESAMPLES; r++) {
      int at = 0;
      for (int[] stratum : strata) {
        for (int i = 0; i < stratum.length; i++) {
          drawn[at++] = stratum[random.nextInt(stratum.length)];
        }
      }
      double value = statistic.applyAsDouble(drawn);
      if (!Double.isNaN(value)) {
        values[count++] = value;
      }
    }
    if (count == 0) {
      return new Interval(Double.NaN, Double.NaN, Double.NaN);
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    double outside = (1 - confidence) / 2;
    return new Interval(
        quantile(sorted, outside), quantile(sorted, 1 - outside), deviation(sorted));
  }

  private static double deviation(double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / Math.max(1, values.length - 1));
  }

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
