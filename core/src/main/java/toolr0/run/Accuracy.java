package toolr0.run;

import java.math.BigDecimal;

/**
 * A share of tasks solved, with its confidence interval.
 *
 * @param correct tasks solved
 * @param total tasks asked, at least 1
 * @param exactMatch {@code correct / total}
 * @param ciLow lower end of the interval, in [0, 1]
 * @param ciHigh upper end of the interval, in [0, 1]
 * @param confidence of the interval, in (0, 1)
 */
public record Accuracy(
    int correct, int total, double exactMatch, double ciLow, double ciHigh, double confidence) {

  /** The interval's name for people, for example "95% interval". */
  public String intervalName() {
    return intervalName(confidence);
  }

  /** The name for people of intervals of a confidence in (0, 1), for example "95% interval". */
  public static String intervalName(double confidence) {
    BigDecimal percent = BigDecimal.valueOf(confidence).movePointRight(2).stripTrailingZeros();
    return percent.toPlainString() + "% interval";
  }
}
