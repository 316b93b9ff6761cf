package toolr0.remote;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import toolr0.base.Seed;

/**
 * The servers of one model. A request gets a place at the least busy one; a server that fails rests
 * for a while that doubles with every failure, and what it would have been asked goes to the others
 * meanwhile.
 */
final class Servers {
  /** Failures in a row after which a server rests, where each may be the request's fault. */
  private static final int FAILURES_UNTIL_REST = 2;

  private final List<Server> servers;
  private final InstantSource clock = InstantSource.system();
  private final UnaryOperator<Duration> pace;
  private final Readings readings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<String> outage = Optional.empty();
  private boolean cancelled;

  /**
   * Servers that nobody has asked yet.
   *
   * @param pace is shown every wait, and may change it
   */
  Servers(RemoteSetup setup, UnaryOperator<Duration> pace) {
    this.servers = setup.endpoints().stream().map(Server::new).toList();
    this.pace = pace;
    this.readings = setup.readings();
  }

  /** Where a request may go. */
  sealed interface Place {
    /** To this server, which must be left afterwards. */
    record At(Server server) implements Place {}

    /** Nowhere, from now on. */
    record Nowhere(String reason) implements Place {}

    /** Nowhere in time. */
    record TooLate() implements Place {}
  }

  List<Server> all() {
    return servers;
  }

  /**
   * Waits for a place.
   *
   * @param avoided the server that has just failed for the same request; it is asked again only
   *     where no other is awake
   * @throws CancellationException when everything was cancelled
   */
  Place take(Optional<Server> avoided, Instant deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        requireWanted();
        if (outage.isPresent()) {
          return new Place.Nowhere(outage.get());
        }
        Instant now = clock.instant();
        if (!now.isBefore(deadline)) {
          return new Place.TooLate();
        }
        Optional<Server> free = free(avoided, now);
        if (free.isPresent()) {
          free.get().busy++;
          return new Place.At(free.get());
        }
        Instant next = deadline;
        for (Server server : servers) {
          if (server.gone.isEmpty() && server.restsUntil.isAfter(now)) {
            next = server.restsUntil.isBefore(next) ? server.restsUntil : next;
          }
        }
        boolean _ = changed.await(waitMillis(now, next), TimeUnit.MILLISECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<Server> free(Optional<Server> avoided, Instant now) {
    List<Server> awake =
        servers.stream()
            .filter(server -> server.gone.isEmpty() && !now.isBefore(server.restsUntil))
            .toList();
    boolean others = awake.stream().anyMatch(server -> !avoided.equals(Optional.of(server)));
    return awake.stream()
        .filter(server -> server.isFree(now))
        .filter(server -> !others || !avoided.equals(Optional.of(server)))
        .min(Comparator.comparingDouble(Server::load));
  }

  private static long waitMillis(Instant now, Instant then) {
    return Math.max(1, Duration.between(now, then).plusMillis(1).toMillis());
  }

  /** A server said what it serves; an empty list when it does not list it. */
  void introduced(Server server, List<String> served) {
    locked(() -> server.served = Optional.of(served));
  }

  /** Gives a place back. */
  void leave(Server server) {
    locked(() -> server.busy--);
  }

  /** A server answered. */
  void answered(Server server) {
    locked(
        () -> {
          server.failures = 0;
          if (server.missed) {
            server.missed = false;
            readings.note(server.endpoint.base() + " answers again");
          }
        });
  }

  /** What is known of the number of answers that a server gives to a request. */
  Server.Gives gives(Server server) {
    lock.lock();
    try {
      return server.gives;
    } finally {
      lock.unlock();
    }
  }

  /** A server gave several answers to a request. */
  void givesSeveral(Server server) {
    locked(() -> server.gives = Server.Gives.SEVERAL);
  }

  /**
   * A server that is not known to give several answers to a request does not; people are told.
   *
   * @param how it does not: "gives 1 of 4 answers"
   */
  void givesOne(Server server, String how) {
    locked(
        () -> {
          if (server.gives == Server.Gives.UNKNOWN) {
            server.gives = Server.Gives.ONE;
            readings.note(
                "%s %s; answers are asked for one by one there, which remote.completions_per_request: 1 would do side by side"
                    .formatted(server.endpoint.base(), how));
          }
        });
  }

  /**
   * A server refused a request for several answers and then gave one to the same. The first time
   * that may have been a failure that passed; when it is asked for several after that and does it
   * again, it gives one.
   *
   * @param sent when it was asked for several
   * @param how it refused
   */
  void refusedSeveral(Server server, Instant sent, String how) {
    locked(
        () -> {
          if (server.refusedSeveral.isEmpty()) {
            server.refusedSeveral = Optional.of(clock.instant());
          } else if (sent.isAfter(server.refusedSeveral.get())) {
            givesOne(server, how);
          }
        });
  }

  /**
   * A server failed in a way that may pass; it may have to rest.
   *
   * @param sent when it was asked
   * @param asked how long it asks to be left alone, empty when it does not say
   * @return whether it rests
   * @throws CancellationException when everything was cancelled, which may be why it failed
   */
  boolean failed(
      Server server, Instant sent, String reason, Step.Blame blame, Optional<Duration> asked) {
    lock.lock();
    try {
      requireWanted();
      if (blame == Step.Blame.EITHER || sent.isAfter(server.failedAt)) {
        server.failures++;
      }
      server.failedAt = clock.instant();
      boolean alone = live() == 1;
      boolean rests =
          asked.isPresent()
              || (!alone && (blame != Step.Blame.EITHER || server.failures >= FAILURES_UNTIL_REST));
      if (rests) {
        Seed seed = new Seed(server.failures).derive(server.endpoint.base().toString());
        Duration wait = pace.apply(asked.orElseGet(() -> Backoff.after(server.failures, seed)));
        Instant until = clock.instant().plus(wait);
        server.restsUntil = until.isAfter(server.restsUntil) ? until : server.restsUntil;
        if (!alone && !server.missed) {
          server.missed = true;
          readings.note(
              "%s rests (%s); the other endpoints get its requests"
                  .formatted(server.endpoint.base(), reason));
        }
        changed.signalAll();
      }
      return rests;
    } finally {
      lock.unlock();
    }
  }

  /** A server is not to be asked any more. When it was the last one, there is an outage. */
  void dismiss(Server server, String reason) {
    locked(
        () -> {
          if (server.gone.isPresent()) {
            return;
          }
          server.gone = Optional.of(reason);
          if (live() == 0) {
            List<String> reasons = new ArrayList<>();
            servers.forEach(s -> reasons.add(s.gone.orElseThrow()));
            end(String.join("; ", reasons));
          } else {
            readings.note(reason + "; the other endpoints get its requests");
          }
        });
  }

  /** Ends everything: nobody gets a place any more. */
  void end(String reason) {
    locked(
        () -> {
          if (outage.isEmpty()) {
            outage = Optional.of(reason);
          }
        });
  }

  /** Why nobody gets a place any more; empty while somebody does. */
  Optional<String> outage() {
    lock.lock();
    try {
      return outage;
    } finally {
      lock.unlock();
    }
  }

  /** Number of servers that may be asked, now or later. */
  int live() {
    lock.lock();
    try {
      return (int) servers.stream().filter(server -> server.gone.isEmpty()).count();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits, unless everything ends before.
   *
   * @throws CancellationException when everything was cancelled
   */
  void pause(Duration wait, Instant deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      requireWanted();
      Instant until = clock.instant().plus(pace.apply(wait));
      Instant end = until.isBefore(deadline) ? until : deadline;
      for (Instant now = clock.instant();
          outage.isEmpty() && now.isBefore(end);
          now = clock.instant()) {
        boolean _ = changed.await(waitMillis(now, end), TimeUnit.MILLISECONDS);
        requireWanted();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends all requests, and sends none from now on: first nobody gets a place any more, then the
   * connections are closed. Who waits for something gets a {@link CancellationException}.
   */
  void cancel() {
    locked(() -> cancelled = true);
    servers.forEach(Server::close);
  }

  /** Whether everything was cancelled. */
  boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does nothing, as long as nobody cancelled everything.
   *
   * @throws CancellationException afterwards
   */
  void requireWanted() {
    if (isCancelled()) {
      throw new CancellationException("the requests were cancelled");
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
