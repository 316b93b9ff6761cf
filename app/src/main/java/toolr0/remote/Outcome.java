package toolr0.remote;

/**
 * What a request came to in the end, all attempts together.
 *
 * @param <T> what was asked for
 */
sealed interface Outcome<T> permits Step.Done, Outcome.Missed {

  /** It was not got. */
  sealed interface Missed<T> extends Outcome<T> permits Step.Failed, Step.Hopeless, TooLate {
    /** Why, for people. */
    String reason();
  }

  /** The time for it is over, which says nothing of any server. */
  record TooLate<T>(String reason) implements Missed<T> {}
}
