package toolr0.remote;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/** What one request came to. */
sealed interface Exchange {

  /**
   * The server answered.
   *
   * @param text the body, empty when it has a defect
   * @param defect why the body cannot be used, empty when it is text
   */
  record Response(int status, HttpHeaders headers, String text, Optional<String> defect)
      implements Exchange {}

  /** There is no response, or not a whole one. */
  sealed interface Unanswered extends Exchange {}

  /** No connection came about. */
  record Unreachable(String reason) implements Unanswered {}

  /** The connection ended before the response did. */
  record Broken(String reason) implements Unanswered {}

  /** The response did not end in time. */
  record TimedOut(Duration timeout) implements Unanswered {}
}
