package toolr0.eval;

/**
 * A confidence interval.
 *
 * @param standardError the standard deviation of the statistic over the bootstrap's draws
 */
public record Interval(double low, double high, double standardError) {}
