package toolr0.remote;

import java.time.Instant;

/**
 * What a request came to in the end, all attempts together.
 *
 * @param <T> what was asked for
 */
sealed interface Outcome<T> permits Step.Done, Outcome.Missed {

  /** It was not got. */
  sealed interface Missed<T> extends Outcome<T> permits Step.Failed, Step.Hopeless, Lost, TooLate {
    /** Why, for people. */
    String reason();
  }

  /**
   * It was asked for once, and the server was not there or did not stay to the end of its answer.
   *
   * @param sent when it was asked for
   */
  record Lost<T>(String reason, Instant sent) implements Missed<T> {}

  /** The time for it is over, which says nothing of any server. */
  record TooLate<T>(String reason) implements Missed<T> {}
}
