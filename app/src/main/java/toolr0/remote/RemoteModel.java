package toolr0.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.chat.ChatModel;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;

/**
 * A model behind an endpoint. Requests run side by side up to the endpoint's concurrency. One that
 * fails in a way that may pass (HTTP 408, 429 and 5xx, no or a broken connection) is sent again up
 * to {@link Backoff#MAX_ATTEMPTS} times. A chat without an answer is a {@link Reply.Failed}; when
 * the endpoint cannot be used as it is, or {@link #MAX_FAILURES_IN_A_ROW} chats failed one after
 * another, there is an {@link #outage} and nothing more is sent.
 */
public final class RemoteModel implements ChatModel, AutoCloseable {
  /** Chats that fail one after another until the endpoint counts as gone. */
  static final int MAX_FAILURES_IN_A_ROW = 16;

  private static final String MODELS = "/models";
  private static final String CHAT = "/chat/completions";

  private final Endpoint endpoint;
  private final UnaryOperator<Duration> pace;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Transport transport;
  private final Triage triage;
  private final Semaphore slots;
  private final AtomicInteger failuresInARow = new AtomicInteger();
  private final AtomicReference<@Nullable String> outage = new AtomicReference<>();
  private final AtomicReference<@Nullable String> remark = new AtomicReference<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private volatile boolean cancelled;
  private List<String> served = List.of();
  private String name = "";

  private RemoteModel(Endpoint endpoint, UnaryOperator<Duration> pace) {
    this.endpoint = endpoint;
    this.pace = pace;
    this.transport = new Transport(endpoint);
    this.triage = new Triage(endpoint);
    this.slots = new Semaphore(endpoint.concurrency());
  }

  /**
   * Opens the model of an endpoint, which is asked for its list of models.
   *
   * @throws ModelUnavailableException when it cannot be used: nobody listens, it refuses access, or
   *     it lists several models and none was named
   * @throws CancellationException when the calling thread is interrupted
   */
  public static RemoteModel open(Endpoint endpoint) {
    return open(endpoint, UnaryOperator.identity());
  }

  /** Opens a model whose waits are first shown to {@code pace}, which may change them. */
  static RemoteModel open(Endpoint endpoint, UnaryOperator<Duration> pace) {
    RemoteModel model = new RemoteModel(endpoint, pace);
    try {
      model.introduce();
      return model;
    } catch (InterruptedException e) {
      model.close();
      Thread.currentThread().interrupt();
      throw stopped(e);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void introduce() throws InterruptedException {
    switch (insist(MODELS, this::list, triage::models)) {
      case Step.Done<List<String>>(List<String> names) -> served = names;
      case Step.Hopeless<List<String>>(String reason) ->
          throw new ModelUnavailableException(reason);
      case Step.Failed<List<String>>(String reason) -> {
        if (endpoint.model().isEmpty()) {
          throw new ModelUnavailableException(
              "%s does not list its models (%s); check the address, or name the model with --model-name"
                  .formatted(endpoint.base(), reason));
        }
      }
    }
    name = endpoint.model().orElseGet(this::onlyModel);
  }

  private Exchange list() throws InterruptedException {
    Exchange exchange = transport.get(MODELS);
    return switch (exchange) {
      case Exchange.Unreachable(String reason) -> throw unreachable(reason);
      case Exchange.TimedOut(Duration timeout) ->
          throw unreachable("it does not answer within " + timeout.toSeconds() + " s");
      case Exchange.Broken _, Exchange.Response _ -> exchange;
    };
  }

  private ModelUnavailableException unreachable(String reason) {
    return new ModelUnavailableException(
        "%s cannot be reached: %s; check that the server runs and that the address is right"
            .formatted(endpoint.base(), reason));
  }

  private String onlyModel() {
    if (served.size() == 1) {
      return served.getFirst();
    }
    throw new ModelUnavailableException(
        served.isEmpty()
            ? endpoint.base() + " serves no model; load one, or name one with --model-name"
            : "%s serves %d models; name one with --model-name: %s"
                .formatted(endpoint.base(), served.size(), Triage.names(served)));
  }

  /** The served model's name. */
  public String name() {
    return name;
  }

  @Override
  public Optional<String> outage() {
    return Optional.ofNullable(outage.get());
  }

  /** That some chats were sent without a bound, since the endpoint refused them with it. */
  @Override
  public Optional<String> remark() {
    return Optional.ofNullable(remark.get());
  }

  @Override
  public List<Reply> answer(List<Chat> chats, int maxCompletionLength) {
    List<Future<Reply>> asked = new ArrayList<>();
    try {
      for (Chat chat : chats) {
        asked.add(executor.submit(() -> inTurn(chat, maxCompletionLength)));
      }
      List<Reply> replies = new ArrayList<>();
      for (Future<Reply> reply : asked) {
        replies.add(reply.get());
      }
      return replies;
    } catch (RejectedExecutionException e) {
      throw stopped(e);
    } catch (InterruptedException e) {
      asked.forEach(reply -> reply.cancel(true));
      Thread.currentThread().interrupt();
      throw stopped(e);
    } catch (ExecutionException e) {
      if (cancelled) {
        throw stopped(e);
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a request to " + endpoint.base() + " failed", e);
    }
  }

  private static CancellationException stopped(Exception cause) {
    CancellationException stopped = new CancellationException("the requests were cancelled");
    stopped.initCause(cause);
    return stopped;
  }

  private Reply inTurn(Chat chat, int maxCompletionLength) throws InterruptedException {
    slots.acquire();
    try {
      Step.Last<Reply> step = ask(chat, OptionalInt.of(maxCompletionLength));
      if (step instanceof Step.Done<Reply>(Reply.TooLong(String reason))) {
        // Some servers refuse a prompt that fits when the most new tokens do not fit beside it.
        step = ask(chat, OptionalInt.empty());
        if (step instanceof Step.Done<Reply>(Reply.Answered _)) {
          remark.compareAndSet(
              null,
              "%s refuses prompts beside which max_tokens %d does not fit (%s); such prompts are sent again without max_tokens, so that their answers end where the context does"
                  .formatted(endpoint.base(), maxCompletionLength, reason));
        }
      }
      return settle(step);
    } finally {
      slots.release();
    }
  }

  private Step.Last<Reply> ask(Chat chat, OptionalInt maxTokens) throws InterruptedException {
    String request = ChatProtocol.request(name, chat, maxTokens);
    return insist(
        chat.id(),
        () -> transport.post(CHAT, request),
        exchange -> triage.chat(exchange, name, served));
  }

  private Reply settle(Step.Last<Reply> step) {
    return switch (step) {
      case Step.Done<Reply>(Reply reply) -> {
        failuresInARow.set(0);
        yield reply;
      }
      case Step.Failed<Reply>(String reason) -> {
        if (failuresInARow.incrementAndGet() == MAX_FAILURES_IN_A_ROW) {
          giveUp(
              "%s failed in %d tasks in a row, the last time with: %s; check the server's log"
                  .formatted(endpoint.base(), MAX_FAILURES_IN_A_ROW, reason));
        }
        yield new Reply.Failed(reason);
      }
      case Step.Hopeless<Reply>(String reason) -> {
        giveUp(reason);
        yield new Reply.Failed(reason);
      }
    };
  }

  private void giveUp(String reason) {
    outage.compareAndSet(null, reason);
    gone.countDown();
  }

  /** Sends a request. */
  private interface Sender {
    Exchange send() throws InterruptedException;
  }

  /** Sends a request until it is clear what it comes to. */
  private <T> Step.Last<T> insist(String what, Sender sender, Function<Exchange, Step<T>> triage)
      throws InterruptedException {
    Seed seed = new Seed(0).derive(what);
    for (int attempt = 1; ; attempt++) {
      String ended = outage.get();
      if (ended != null) {
        return new Step.Hopeless<>(ended);
      }
      switch (triage.apply(sender.send())) {
        case Step.Last<T> last -> {
          return last;
        }
        case Step.Again<T> again -> {
          if (attempt == Backoff.MAX_ATTEMPTS) {
            return new Step.Failed<>(again.reason() + " (" + attempt + " attempts)");
          }
          Duration own = Backoff.after(attempt, seed);
          Duration wait = again.askedWait().filter(asked -> asked.compareTo(own) > 0).orElse(own);
          if (wait.compareTo(Backoff.MAX_WAIT) > 0) {
            return new Step.Failed<>(
                "%s; the server asks to wait %d s".formatted(again.reason(), wait.toSeconds()));
          }
          waitUnlessGone(pace.apply(wait));
        }
      }
    }
  }

  private void waitUnlessGone(Duration wait) throws InterruptedException {
    boolean _ = gone.await(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends all requests; who waits for answers gets a {@link CancellationException}. */
  public void cancel() {
    cancelled = true;
    executor.shutdownNow();
  }

  @Override
  public void close() {
    cancel();
    transport.close();
  }
}
