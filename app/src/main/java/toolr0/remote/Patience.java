package toolr0.remote;

import java.time.Duration;

/**
 * How long answers are waited for.
 *
 * @param maxAttempts how often one thing is asked for at most, at least 1
 * @param deadline longest time for all questions of one call together
 */
public record Patience(int maxAttempts, Duration deadline) {
  private static final int USUAL_ATTEMPTS = 8;

  /** Where nothing else is wanted: eight attempts, and no end but theirs. */
  public static Patience usual() {
    return new Patience(USUAL_ATTEMPTS, Duration.ofDays(365));
  }
}
