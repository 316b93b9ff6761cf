package toolr0.remote;

import java.time.Duration;
import java.util.Optional;

/**
 * What follows from one exchange with an endpoint.
 *
 * @param <T> what was asked for
 */
sealed interface Step<T> {

  /** It was got. */
  record Done<T>(T value) implements Step<T>, Outcome<T> {}

  /** It was not got, which says nothing of other requests. */
  sealed interface Refusal<T> extends Step<T> {
    /** Why, for people. */
    String reason();
  }

  /** It cannot be got; something else may. */
  record Failed<T>(String reason) implements Refusal<T>, Outcome.Missed<T> {}

  /** Nothing can be got from this endpoint as it is used. */
  record Hopeless<T>(String reason) implements Step<T>, Outcome.Missed<T> {}

  /**
   * It may be got later, or elsewhere.
   *
   * @param askedWait how long the server asks to wait, empty when it does not say
   * @param blame how sure it is that the server, not the request, is at fault
   */
  record Again<T>(String reason, Optional<Duration> askedWait, Blame blame) implements Refusal<T> {}

  /** Whose fault it is when something may be got later. */
  enum Blame {
    /** The server said that it failed, which one request alone may cause. */
    EITHER,
    /** The server is not there, broke off, or wants to be left alone. */
    SERVER,
    /** The server did not answer in time: asking it again would take as long once more. */
    SLOW_SERVER
  }
}
