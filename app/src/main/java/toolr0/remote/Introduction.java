package toolr0.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toolr0.base.Seed;
import toolr0.chat.ModelUnavailableException;

/** Asks the servers of a model for what they serve. */
final class Introduction {
  private final RemoteSetup setup;
  private final Servers servers;

  Introduction(RemoteSetup setup, Servers servers) {
    this.setup = setup;
    this.servers = servers;
  }

  /**
   * Asks all of them. Of several, those that cannot be reached rest.
   *
   * @return the model's name
   * @throws ModelUnavailableException when none can be reached, or one cannot be used
   * @throws java.util.concurrent.CancellationException when the servers were cancelled
   */
  String name() throws InterruptedException {
    List<String> unreachable = new ArrayList<>();
    for (Server server : servers.all()) {
      Optional<String> problem = introduced(server, Instant.MAX);
      problem.ifPresent(unreachable::add);
    }
    if (unreachable.size() == servers.all().size()) {
      throw new ModelUnavailableException(String.join("; ", unreachable));
    }
    return setup.model().orElseGet(() -> onlyModel(servers.all().getFirst()));
  }

  /** The same as {@link #introduce}; a server that cannot be reached rests. */
  private Optional<String> introduced(Server server, Instant deadline) throws InterruptedException {
    Instant begin = Instant.now();
    Optional<String> problem = introduce(server, deadline);
    problem.ifPresent(
        reason -> servers.failed(server, begin, reason, Step.Blame.SERVER, Optional.empty()));
    return problem;
  }

  /** Why a server cannot be reached in time, empty when it has said what it serves. */
  private Optional<String> introduce(Server server, Instant deadline) throws InterruptedException {
    Seed seed = new Seed(0).derive(server.endpoint.base().toString());
    for (int attempt = 1; ; attempt++) {
      Exchange exchange = server.list(Duration.between(Instant.now(), deadline));
      servers.requireWanted();
      switch (exchange) {
        case Exchange.Unreachable(String reason) -> {
          return Optional.of(unreachable(server, reason));
        }
        case Exchange.TimedOut(Duration timeout) -> {
          return Optional.of(
              unreachable(server, "it does not answer within " + timeout.toSeconds() + " s"));
        }
        case Exchange.Broken _, Exchange.Response _ -> {}
      }
      switch (server.triage.models(exchange)) {
        case Step.Done<List<String>>(List<String> names) -> {
          accept(server, names);
          return Optional.empty();
        }
        case Step.Hopeless<List<String>>(String reason) ->
            throw new ModelUnavailableException(reason);
        case Step.Failed<List<String>>(String reason) -> {
          acceptUnlisted(server, reason);
          return Optional.empty();
        }
        case Step.Again<List<String>> again -> {
          if (attempt == setup.patience().maxAttempts()) {
            acceptUnlisted(server, again.reason() + " (" + attempt + " attempts)");
            return Optional.empty();
          }
          Duration own = Backoff.after(attempt, seed);
          Duration wait = again.askedWait().filter(asked -> asked.compareTo(own) > 0).orElse(own);
          if (wait.compareTo(Backoff.MAX_WAIT) > 0) {
            acceptUnlisted(server, again.reason());
            return Optional.empty();
          }
          servers.pause(wait, deadline);
          if (!Instant.now().isBefore(deadline)) {
            return Optional.of(unreachable(server, again.reason()));
          }
        }
      }
    }
  }

  /**
   * Asks a server that could not be reached before. It is dismissed when it does not serve the
   * model.
   *
   * @return whether it may be asked
   */
  boolean madeUpFor(Server server, Instant deadline) throws InterruptedException {
    try {
      return introduced(server, deadline).isEmpty();
    } catch (ModelUnavailableException e) {
      servers.dismiss(server, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void accept(Server server, List<String> names) {
    Optional<String> wanted = setup.model();
    Endpoint.Settings settings = server.endpoint.settings();
    if (setup.mustBeListed() && wanted.isPresent() && !names.contains(wanted.get())) {
      throw new ModelUnavailableException(
          "%s serves %s, but not the model %s that %s names%s; load it there under that name, or correct %s"
              .formatted(
                  server.endpoint.base(),
                  names.isEmpty() ? "no model" : Triage.names(names),
                  wanted.get(),
                  settings.model(),
                  settings.meant().isEmpty() ? "" : ", " + settings.meant(),
                  settings.model()));
    }
    servers.introduced(server, names);
  }

  private void acceptUnlisted(Server server, String reason) {
    if (setup.model().isEmpty()) {
      throw new ModelUnavailableException(
          "%s does not list its models (%s); check the address, or name the model with %s"
              .formatted(server.endpoint.base(), reason, server.endpoint.settings().model()));
    }
    servers.introduced(server, List.of());
    if (setup.mustBeListed()) {
      setup
          .readings()
          .note(
              "%s does not list its models (%s), so nobody has checked that it serves %s"
                  .formatted(server.endpoint.base(), reason, setup.model().get()));
    }
  }

  private static String unreachable(Server server, String reason) {
    return "%s cannot be reached: %s; check that the server runs and that the address is right"
        .formatted(server.endpoint.base(), reason);
  }

  private static String onlyModel(Server server) {
    List<String> served = server.served.orElse(List.of());
    if (served.size() == 1) {
      return served.getFirst();
    }
    String setting = server.endpoint.settings().model();
    throw new ModelUnavailableException(
        served.isEmpty()
            ? "%s serves no model; load one, or name one with %s"
                .formatted(server.endpoint.base(), setting)
            : "%s serves %d models; name one with %s: %s"
                .formatted(server.endpoint.base(), served.size(), setting, Triage.names(served)));
  }
}
