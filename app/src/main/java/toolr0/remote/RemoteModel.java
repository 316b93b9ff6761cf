package toolr0.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import toolr0.chat.Chat;
import toolr0.chat.ChatModel;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;
import toolr0.policy.Answers;
import toolr0.policy.ChatSampler;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;

/**
 * A model behind endpoints. Requests run side by side up to each endpoint's concurrency, on virtual
 * threads. One that fails in a way that may pass (HTTP 408, 429 and 5xx, no or a broken connection,
 * with several endpoints also no answer in time) is sent again, to another endpoint where there is
 * one. What cannot be had is a value ({@link Reply.Failed}, {@link Answers.Failed}); when no
 * endpoint can be used as it is, or {@link #MAX_FAILURES_IN_A_ROW} requests failed one after
 * another, of which those that were lost together are one, there is an {@link #outage} and nothing
 * more is sent.
 */
public final class RemoteModel implements ChatModel, ChatSampler {
  /** Requests that fail one after another until the model counts as gone. */
  static final int MAX_FAILURES_IN_A_ROW = 16;

  private final RemoteSetup setup;
  private final String name;
  private final Servers servers;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FailuresInARow failures = new FailuresInARow();
  private final AtomicReference<@Nullable String> remark = new AtomicReference<>();

  private RemoteModel(RemoteSetup setup, String name, Servers servers) {
    this.setup = setup;
    this.name = name;
    this.servers = servers;
  }

  /**
   * Opens the model of one endpoint, which is asked for its list of models.
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
    RemoteSetup setup = RemoteSetup.plain(endpoint);
    return open(setup, new Servers(setup, pace));
  }

  /**
   * Opens the model of several endpoints.
   *
   * @param servers of the setup, which the model closes
   * @throws ModelUnavailableException when none of them can be reached, or one cannot be used
   * @throws CancellationException when the calling thread is interrupted or the servers are
   *     cancelled
   */
  static RemoteModel open(RemoteSetup setup, Servers servers) {
    try {
      return new RemoteModel(setup, new Introduction(setup, servers).name(), servers);
    } catch (InterruptedException e) {
      servers.cancel();
      Thread.currentThread().interrupt();
      throw stopped(e);
    } catch (RuntimeException e) {
      servers.cancel();
      throw e;
    }
  }

  /** The served model's name. */
  public String name() {
    return name;
  }

  @Override
  public Optional<String> outage() {
    return servers.outage();
  }

  /** That some chats were sent without a bound, since the endpoint refused them with it. */
  @Override
  public Optional<String> remark() {
    return Optional.ofNullable(remark.get());
  }

  @Override
  public List<Reply> answer(List<Chat> chats, int maxCompletionLength) {
    SamplingParams params = SamplingParams.greedy(maxCompletionLength);
    Instant deadline = deadline();
    return each(
        chats.stream()
            .<Callable<Reply>>map(
                chat -> () -> reply(request(new ChatRequest(chat, 1, 0, params, true), deadline)))
            .toList());
  }

  private static Reply reply(Outcome<ChatResult> outcome) {
    return switch (outcome) {
      case Step.Done<ChatResult>(ChatResult.Answered(var answers, OptionalInt tokens)) ->
          new Reply.Answered(answers.getFirst().text(), tokens);
      case Step.Done<ChatResult>(ChatResult.TooLong(String reason)) -> new Reply.TooLong(reason);
      case Outcome.Missed<ChatResult> missed -> new Reply.Failed(missed.reason());
    };
  }

  /**
   * {@inheritDoc} Answers are asked for in requests of as many as the configuration allows, each
   * with a seed of its own.
   */
  @Override
  public List<Answers> ask(List<Question> questions, SamplingParams params) {
    Instant deadline = deadline();
    List<Callable<List<Outcome<ChatResult>>>> requests = new ArrayList<>();
    List<Integer> owners = new ArrayList<>();
    for (int q = 0; q < questions.size(); q++) {
      Question question = questions.get(q);
      for (int from = 0; from < question.numGenerations(); from += setup.answersPerRequest()) {
        int first = from;
        int to = Math.min(question.numGenerations(), from + setup.answersPerRequest());
        requests.add(() -> inFull(question, first, to, params, deadline));
        owners.add(q);
      }
    }
    List<List<Outcome<ChatResult>>> results = each(requests);
    Optional<String> outage = outage();
    if (outage.isPresent()) {
      throw new ModelUnavailableException(outage.get());
    }
    List<Gathered> gathered =
        questions.stream().map(q -> new Gathered(q.numGenerations(), params.stop())).toList();
    for (int r = 0; r < results.size(); r++) {
      results.get(r).forEach(gathered.get(owners.get(r))::add);
    }
    return gathered.stream().map(Gathered::answers).toList();
  }

  /** Asks for some of a question's answers, and one by one for those that a server leaves out. */
  private List<Outcome<ChatResult>> inFull(
      Question question, int from, int to, SamplingParams params, Instant deadline)
      throws InterruptedException {
    List<Outcome<ChatResult>> outcomes = new ArrayList<>();
    int next = from;
    int wanted = to - from;
    while (next < to) {
      int seed = ChatRequest.seed(question.seed().derive(next));
      Outcome<ChatResult> outcome =
          request(new ChatRequest(question.chat(), wanted, seed, params, true), deadline);
      outcomes.add(outcome);
      if (!(outcome instanceof Step.Done<ChatResult>(ChatResult.Answered(var answers, var _)))) {
        return outcomes;
      }
      next += answers.size();
      wanted = 1;
    }
    return outcomes;
  }

  private void remarkOnce(String text) {
    if (remark.compareAndSet(null, text)) {
      setup.readings().note(text);
    }
  }

  /** Makes every call on a thread of its own; the results have the calls' order. */
  private <T> List<T> each(List<Callable<T>> calls) {
    List<Future<T>> futures = new ArrayList<>();
    try {
      for (Callable<T> call : calls) {
        futures.add(executor.submit(call));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      servers.requireWanted();
      return results;
    } catch (RejectedExecutionException e) {
      throw stopped(e);
    } catch (InterruptedException e) {
      futures.forEach(future -> future.cancel(true));
      Thread.currentThread().interrupt();
      throw stopped(e);
    } catch (ExecutionException e) {
      servers.requireWanted();
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a request to " + name + " failed", e);
    }
  }

  private static CancellationException stopped(Exception cause) {
    CancellationException stopped = new CancellationException("the requests were cancelled");
    stopped.initCause(cause);
    return stopped;
  }

  private Instant deadline() {
    return Instant.now().plus(setup.patience().deadline());
  }

  /** A request, and where it is refused for its bound, the same without. */
  private Outcome<ChatResult> request(ChatRequest request, Instant deadline)
      throws InterruptedException {
    Outcome<ChatResult> outcome = insist(request, deadline);
    if (outcome instanceof Step.Done<ChatResult>(ChatResult.TooLong(String reason))) {
      // Some servers refuse a prompt that fits when the most new tokens do not fit beside it.
      outcome = insist(request.unbounded(), deadline);
      if (outcome instanceof Step.Done<ChatResult>(ChatResult.Answered _)) {
        remarkOnce(
            "%s refuses prompts beside which max_tokens %d does not fit (%s); such prompts are sent again without max_tokens, so that their answers end where the context does"
                .formatted(setup.addresses(), request.params().maxCompletionLength(), reason));
      }
    }
    return outcome;
  }

  private Outcome<ChatResult> insist(ChatRequest request, Instant deadline)
      throws InterruptedException {
    return new Errand(setup, servers, name, request, deadline).run(this::settle);
  }

  private void settle(Outcome<ChatResult> outcome) {
    if (outcome instanceof Outcome.Missed<ChatResult> missed) {
      setup.readings().failed();
      if (failures.add(missed) == MAX_FAILURES_IN_A_ROW) {
        servers.end(
            "%s failed in %d tasks in a row, the last time with: %s; check the server's log"
                .formatted(setup.addresses(), MAX_FAILURES_IN_A_ROW, missed.reason()));
      }
    } else {
      failures.end();
    }
  }

  /** Ends all requests; who waits for answers gets a {@link CancellationException}. */
  public void cancel() {
    servers.cancel();
  }

  @Override
  public void close() {
    cancel();
    executor.shutdownNow();
  }
}
