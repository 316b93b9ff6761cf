package toolr0.run;

/**
 * A share of tasks solved, with its confidence interval.
 *
 * @param correct tasks solved
 * @param total tasks asked, at least 1
 * @param exactMatch {@code correct / total}
 * @param ciLow lower end of the interval, in [0, 1]
 * @param ciHigh upper end of the interval, in [0, 1]
 */
public record Accuracy(int correct, int total, double exactMatch, double ciLow, double ciHigh) {}
