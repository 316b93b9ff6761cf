package toolr0.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import toolr0.base.Seed;
import toolr0.policy.Answer;

/** One request on its way to its answer: to which server, how often, and when again. */
final class Errand {
  private final RemoteSetup setup;
  private final Servers servers;
  private final String model;
  private final ChatRequest request;
  private final Instant deadline;
  private final Seed seed;
  private int attempt = 1;
  private int sincePause;
  private boolean rested;
  private Optional<Server> failed = Optional.empty();
  private String reason = "";
  private Optional<RefusedSeveral> severalRefused = Optional.empty();
  private Instant sentAt = Instant.MIN;

  /** That this request was refused, maybe because it asks for several answers. */
  private record RefusedSeveral(Instant sent, String said) {}

  Errand(RemoteSetup setup, Servers servers, String model, ChatRequest request, Instant deadline) {
    this.setup = setup;
    this.servers = servers;
    this.model = model;
    this.request = request;
    this.deadline = deadline;
    this.seed = new Seed(0).derive(request.chat().id()).derive(request.seed());
  }

  /**
   * Sends the request until it is clear what it comes to.
   *
   * @param settle is told so before anybody else gets this request's place
   */
  Outcome<ChatResult> run(Consumer<Outcome<ChatResult>> settle) throws InterruptedException {
    for (; ; attempt++) {
      switch (servers.take(failed, deadline)) {
        case Servers.Place.Nowhere(String why) -> {
          return settled(new Step.Hopeless<>(why), settle);
        }
        case Servers.Place.TooLate() -> {
          return settled(tooLate(), settle);
        }
        case Servers.Place.At(Server server) -> {
          boolean pause;
          try {
            Optional<Outcome<ChatResult>> end = sent(server);
            if (end.isPresent()) {
              return settled(end.get(), settle);
            }
            failed = Optional.of(server);
            pause = !rested && ++sincePause >= servers.live();
          } finally {
            servers.leave(server);
          }
          if (pause) {
            servers.pause(Backoff.after(attempt, seed), deadline);
            sincePause = 0;
          }
        }
      }
    }
  }

  private static Outcome<ChatResult> settled(
      Outcome<ChatResult> end, Consumer<Outcome<ChatResult>> settle) {
    settle.accept(end);
    return end;
  }

  /** Sends the request once; empty when it is to be sent again. */
  private Optional<Outcome<ChatResult>> sent(Server server) throws InterruptedException {
    rested = true;
    if (server.served.isEmpty() && !new Introduction(setup, servers).madeUpFor(server, deadline)) {
      reason = server.endpoint.base() + " cannot be used";
      return ended(Step.Blame.EITHER);
    }
    boolean several =
        request.answers() > 1
            && severalRefused.isEmpty()
            && servers.gives(server) != Server.Gives.ONE;
    setup.readings().sent(attempt > 1 || severalRefused.isPresent());
    sentAt = Instant.now();
    long begin = System.nanoTime();
    Duration left = Duration.between(sentAt, deadline);
    Exchange exchange = server.ask(json(several), left);
    Duration latency = Duration.ofNanos(System.nanoTime() - begin);
    if (exchange instanceof Exchange.TimedOut(Duration timeout) && timeout.equals(left)) {
      return Optional.of(tooLate());
    }
    Step<ChatResult> step = server.triage.chat(exchange, model, server.served.orElse(List.of()));
    if (several
        && step instanceof Step.Refusal<ChatResult> refusal
        && Triage.mayRefuseSeveral(exchange)
        && servers.gives(server) != Server.Gives.SEVERAL) {
      severalRefused = Optional.of(new RefusedSeveral(sentAt, refusal.reason()));
      return sent(server);
    }
    if (!(step instanceof Step.Done<ChatResult>)) {
      severalRefused = Optional.empty();
    }
    return switch (step) {
      case Step.Done<ChatResult> done -> {
        servers.answered(server);
        setup.readings().answered(latency, tokens(done.value()));
        learn(server, several, done.value());
        yield Optional.of(done);
      }
      case Step.Failed<ChatResult> refused -> {
        servers.answered(server);
        yield Optional.of(refused);
      }
      case Step.Hopeless<ChatResult> hopeless -> {
        servers.dismiss(server, hopeless.reason());
        reason = hopeless.reason();
        yield servers.live() == 0 ? Optional.of(hopeless) : ended(Step.Blame.EITHER);
      }
      case Step.Again<ChatResult> again -> postponed(server, again);
    };
  }

  private String json(boolean several) {
    return ChatProtocol.request(model, several ? request : request.single(), setup.dialect());
  }

  /** Keeps in mind whether a server gives several answers to a request. */
  private void learn(Server server, boolean several, ChatResult result) {
    if (!(result instanceof ChatResult.Answered(List<Answer> answers, OptionalInt _))) {
      return;
    }
    if (several && answers.size() > 1) {
      servers.givesSeveral(server);
    } else if (several) {
      servers.givesOne(
          server, "gives 1 of %d answers that a request asks for".formatted(request.answers()));
    } else {
      severalRefused.ifPresent(
          refused ->
              servers.refusedSeveral(
                  server,
                  refused.sent(),
                  "refuses a request for %d answers (%s)"
                      .formatted(request.answers(), refused.said())));
    }
  }

  /** What follows from a failure that may pass; empty when the request is to be sent again. */
  private Optional<Outcome<ChatResult>> postponed(Server server, Step.Again<ChatResult> again)
      throws InterruptedException {
    reason = again.reason();
    boolean alone = servers.live() == 1;
    Duration own = Backoff.after(attempt, seed);
    Optional<Duration> asked =
        again.askedWait().map(wait -> longer(own, shorter(wait, Backoff.MAX_WAIT)));
    if (alone && again.blame() == Step.Blame.SLOW_SERVER) {
      return Optional.of(new Step.Failed<>(reason));
    }
    Optional<Outcome<ChatResult>> end = ended(again.blame());
    if (end.isEmpty() || !alone) {
      rested = servers.failed(server, sentAt, reason, again.blame(), asked);
    }
    return end;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  /**
   * The end of an errand that was run as often as may be.
   *
   * @param blame whose fault the last failure was
   */
  private Optional<Outcome<ChatResult>> ended(Step.Blame blame) {
    int most = setup.patience().maxAttempts();
    if (attempt < most) {
      return Optional.empty();
    }
    return Optional.of(
        most == 1 && blame == Step.Blame.SERVER
            ? new Outcome.Lost<>(reason, sentAt)
            : new Step.Failed<>(reason + " (" + most + " attempts)"));
  }

  private Outcome.TooLate<ChatResult> tooLate() {
    return new Outcome.TooLate<>(
        "no answer within the %d s for all questions together%s"
            .formatted(
                setup.patience().deadline().toSeconds(),
                reason.isEmpty() ? "" : " (" + reason + ")"));
  }

  private static OptionalInt tokens(ChatResult result) {
    return result instanceof ChatResult.Answered answered ? answered.tokens() : OptionalInt.empty();
  }
}
