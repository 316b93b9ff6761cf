package toolr0.eval;

/**
 * One figure of a report.
 *
 * @param name the metric's name
 * @param value NaN when no task has it
 * @param interval its bootstrap interval
 * @param tasks how many tasks it is over
 */
public record Figure(String name, double value, Interval interval, int tasks) {

  /** The standard error of the value. */
  public double standardError() {
    return interval.standardError();
  }
}
