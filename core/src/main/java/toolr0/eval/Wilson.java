package toolr0.eval;

import toolr0.run.Accuracy;

/** Wilson's score interval of a share (Wilson 1927). */
public final class Wilson {
  private static final int BISECTIONS = 80;
  private static final double LARGEST_Z = 8;
  private static final int SERIES_TERMS = 400;

  private Wilson() {}

  /**
   * The share of correct answers with its interval.
   *
   * @param total at least 1
   * @param confidence in (0, 1), for example 0.95
   */
  public static Accuracy accuracy(int correct, int total, double confidence) {
    if (total < 1 || correct < 0 || correct > total) {
      throw new IllegalArgumentException(correct + " of " + total);
    }
    double z = quantile(0.5 + confidence / 2);
    double n = total;
    double p = correct / n;
    double denominator = 1 + z * z / n;
    double centre = (p + z * z / (2 * n)) / denominator;
    double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / denominator;
    double low = correct == 0 ? 0 : Math.max(0, centre - half);
    double high = correct == total ? 1 : Math.min(1, centre + half);
    return new Accuracy(correct, total, p, low, high, confidence);
  }

  /** The point below which the standard normal distribution has this probability, in [0.5, 1). */
  static double quantile(double probability) {
    double low = 0;
    double high = LARGEST_Z;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (cumulative(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** The standard normal distribution function at x of 0 or more, by its power series. */
  private static double cumulative(double x) {
    double term = x;
    double sum = x;
    for (int k = 1; k < SERIES_TERMS; k++) {
      term *= x * x / (2 * k + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
