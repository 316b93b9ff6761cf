package toolr0.testsupport;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;

/**
 * The bound on the processor time that an input may take: {@code -Dtoolr0.fuzz.millis=50} sets it
 * for up to 100,000 characters, longer inputs have more in proportion. A build does not measure
 * time, so without the property nothing is bounded.
 */
public final class TimeBound {
  private static final long MILLIS = Long.getLong("toolr0.fuzz.millis", 0);
  static final int SIZE = 100_000;

  /** Attempts of which one has to be quick enough: the first ones run code that is still cold. */
  private static final int ATTEMPTS = 12;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private TimeBound() {}

  /** Whether there is a bound. */
  public static boolean holds() {
    return MILLIS > 0;
  }

  /**
   * The result of some work on an input.
   *
   * @param what names the work in the failure
   * @param size the input's characters
   * @throws AssertionError when the work takes too long every time
   */
  public static <T> T within(String what, int size, Supplier<T> work) {
    if (!holds()) {
      return work.get();
    }
    double bound = MILLIS * Math.max(1, size / (double) SIZE);
    double best = Double.MAX_VALUE;
    T result = null;
    for (int i = 0; i < ATTEMPTS && best > bound; i++) {
      long started = THREADS.getCurrentThreadCpuTime();
      result = work.get();
      best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - started) / 1e6);
    }
    if (result == null || best > bound) {
      throw new AssertionError(
          "%s takes %.0f ms for %d characters instead of at most %.0f"
              .formatted(what, best, size, bound));
    }
    return result;
  }
}
