package toolr0.remote;

/**
 * What requests say beyond the common ground of all servers.
 *
 * @param samplingExtensions whether to send {@code top_k}, {@code min_p} and {@code
 *     repetition_penalty}. What is not sent, vLLM and SGLang take from the model's
 *     generation_config.json and llama.cpp from defaults of its own
 * @param logProbs whether to ask for log-probabilities and token ids, which vLLM gives when asked
 *     ({@code return_token_ids}) and llama.cpp beside the log-probabilities
 */
record Dialect(boolean samplingExtensions, boolean logProbs) {
  /** The common ground. */
  static final Dialect PLAIN = new Dialect(false, false);
}
