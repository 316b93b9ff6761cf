package toolr0.remote;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import toolr0.base.Seed;

/** How long to wait before asking again. */
final class Backoff {
  /** Longest wait that a server is granted. */
  static final Duration MAX_WAIT = Duration.ofMinutes(5);

  private static final Duration FIRST = Duration.ofMillis(500);
  private static final int DOUBLINGS = 7;
  private static final long LONGEST_SECONDS = 1_000_000_000L;

  private Backoff() {}

  /**
   * The wait after an attempt: it doubles from half a second up to a minute or so, and is shortened
   * by chance to between half and the whole, so that requests that failed together do not come back
   * together.
   *
   * @param attempt the attempt that failed, from 1
   * @param seed of the thing that is asked for
   */
  static Duration after(int attempt, Seed seed) {
    double share = 0.5 + seed.derive(attempt).random().nextDouble() / 2;
    return Duration.ofMillis(
        Math.round(share * (FIRST.toMillis() << Math.min(attempt - 1, DOUBLINGS))));
  }

  /**
   * The wait that a Retry-After header asks for, in seconds or as a date (RFC 9110, section
   * 10.2.3); empty when it says neither.
   */
  static Optional<Duration> asked(String header, Instant now) {
    String value = header.strip();
    if (value.matches("[0-9]{1,18}")) {
      return Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(value), LONGEST_SECONDS)));
    }
    try {
      Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, then);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
