package toolr0.selfplay;

import toolr0.base.Check;

/**
 * Which questions go to models behind OpenAI-compatible endpoints in place of the run's own
 * checkpoints, and how they are asked (docs/remote.md).
 *
 * @param probe answers the Generator's tasks while it is trained, in place of the frozen Solver
 * @param judge grades those tasks, and judges difficulties where dataset.difficulty is judge, in
 *     place of the frozen Solver
 * @param verification answers the candidates of a dataset, in place of the frozen Solver
 * @param candidates writes the candidates of a dataset, in place of the trained Generator
 * @param concurrency most requests at once to each endpoint
 * @param timeoutSeconds longest time from a request to the end of its answer
 * @param deadlineSeconds longest time for all questions of a step or chunk together, attempts and
 *     waits included; what is not answered by then has failed
 * @param maxAttempts how often one thing is asked for at most
 * @param completionsPerRequest most answers that one request asks for (n); what a server that gives
 *     fewer leaves out is asked for again, one by one
 * @param samplingExtensions whether top_k, min_p and repetition_penalty are sent: vLLM, SGLang and
 *     llama.cpp take defaults of their own for what is not sent, and some hosted services refuse
 *     them
 * @param logprobs whether to ask for log-probabilities and token ids too, which some hosted
 *     services refuse; candidates.jsonl keeps the mean log-probability of a completion
 */
public record RemoteConfig(
    RemoteModelConfig probe,
    RemoteModelConfig judge,
    RemoteModelConfig verification,
    RemoteModelConfig candidates,
    int concurrency,
    int timeoutSeconds,
    int deadlineSeconds,
    int maxAttempts,
    int completionsPerRequest,
    boolean samplingExtensions,
    boolean logprobs) {
  private static final int MOST_ATTEMPTS = 20;

  public RemoteConfig {
    Check.atLeast("concurrency", concurrency, 1);
    Check.atLeast("timeout_seconds", timeoutSeconds, 1);
    Check.atLeast("deadline_seconds", deadlineSeconds, timeoutSeconds);
    Check.within("max_attempts", maxAttempts, 1, MOST_ATTEMPTS);
    Check.atLeast("completions_per_request", completionsPerRequest, 1);
  }

  /** Nobody is asked; how it would be done is what servers of one's own bear. */
  public static RemoteConfig defaults() {
    return new RemoteConfig(
        RemoteModelConfig.none(),
        RemoteModelConfig.none(),
        RemoteModelConfig.none(),
        RemoteModelConfig.none(),
        16,
        600,
        3600,
        8,
        8,
        true,
        false);
  }

  /**
   * The same with another session's servers, patience and log-probabilities, which a resumed run
   * may change: they decide where answers come from, how long they are waited for and what is
   * recorded beside them, not what they are.
   */
  RemoteConfig inSessionOf(RemoteConfig other) {
    return new RemoteConfig(
        probe.inSessionOf(other.probe),
        judge.inSessionOf(other.judge),
        verification.inSessionOf(other.verification),
        candidates.inSessionOf(other.candidates),
        other.concurrency,
        other.timeoutSeconds,
        other.deadlineSeconds,
        other.maxAttempts,
        completionsPerRequest,
        samplingExtensions,
        other.logprobs);
  }

  /** The model of a role. */
  public RemoteModelConfig model(RemoteRole role) {
    return switch (role) {
      case PROBE -> probe;
      case JUDGE -> judge;
      case VERIFICATION -> verification;
      case CANDIDATES -> candidates;
    };
  }
}
