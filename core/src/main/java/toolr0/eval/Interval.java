package toolr0.eval;

/** A confidence interval. */
public record Interval(double low, double high) {}
