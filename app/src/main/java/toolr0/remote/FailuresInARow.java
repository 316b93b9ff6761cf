package toolr0.remote;

import java.time.Instant;

/**
 * How many requests failed one after another. Those that were lost together, as when a server is
 * started anew, are one: each was under way already when the first of them was lost.
 */
final class FailuresInARow {
  private int count;
  private Instant lastLoss = Instant.MIN;

  /** Counts a failure; the number of them so far. */
  synchronized int add(Outcome.Missed<ChatResult> missed) {
    switch (missed) {
      case Step.Failed<ChatResult> _ -> count++;
      case Outcome.Lost<ChatResult>(String _, Instant sent) -> {
        if (sent.isAfter(lastLoss)) {
          count++;
          lastLoss = Instant.now();
        }
      }
      case Step.Hopeless<ChatResult> _, Outcome.TooLate<ChatResult> _ -> {}
    }
    return count;
  }

  /** A request was answered. */
  synchronized void end() {
    count = 0;
  }
}
