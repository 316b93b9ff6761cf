package toolr0.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One of the servers of a model, and how it does. What changes is guarded by the lock of its {@link
 * Servers}.
 */
final class Server implements AutoCloseable {
  final Endpoint endpoint;
  final Transport transport;
  final Triage triage;

  /** How many answers a server gives to a request for several. */
  enum Gives {
    UNKNOWN,
    SEVERAL,
    ONE
  }

  Gives gives = Gives.UNKNOWN;

  /** When it had first answered for one what it refused for several, empty while it has not. */
  Optional<Instant> refusedSeveral = Optional.empty();

  /** Requests that it has now. */
  int busy;

  /** Times that it failed since it last answered; connections that broke together are one. */
  int failures;

  /** When it failed last. */
  Instant failedAt = Instant.MIN;

  /** When it is asked again at the earliest. */
  Instant restsUntil = Instant.MIN;

  /** Whether people were told that it rests. */
  boolean missed;

  /** Why it is not asked any more, empty while it is. */
  Optional<String> gone = Optional.empty();

  /**
   * What it lists, once it was asked; an empty list when it lists nothing. As long as it was not,
   * it has one place, so that one request alone asks it.
   */
  Optional<List<String>> served = Optional.empty();

  Server(Endpoint endpoint) {
    this.endpoint = endpoint;
    this.transport = new Transport(endpoint);
    this.triage = new Triage(endpoint);
  }

  boolean isFree(Instant now) {
    int places = served.isPresent() ? endpoint.concurrency() : 1;
    return gone.isEmpty() && !now.isBefore(restsUntil) && busy < places;
  }

  /** How much of what it may have at once it has, from 0 to 1. */
  double load() {
    return (double) busy / endpoint.concurrency();
  }

  /** The request for its list of models. */
  Exchange list(Duration most) throws InterruptedException {
    return transport.get("/models", most);
  }

  /** A request for answers. */
  Exchange ask(String json, Duration most) throws InterruptedException {
    return transport.post("/chat/completions", json, most);
  }

  @Override
  public void close() {
    transport.close();
  }
}
