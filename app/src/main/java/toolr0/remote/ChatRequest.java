package toolr0.remote;

import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.policy.SamplingParams;

/**
 * What one request asks for.
 *
 * @param answers wanted, at least 1
 * @param seed what the server draws from, as far as it keeps to seeds; from 0 to 2^31 - 1, which
 *     every server takes
 * @param bounded whether the server is told how long an answer may be; without it an answer ends
 *     where the context does
 */
record ChatRequest(Chat chat, int answers, int seed, SamplingParams params, boolean bounded) {

  /** A seed as servers take it. */
  static int seed(Seed seed) {
    return (int) (seed.derive("request").value() >>> 33);
  }

  /** The same for one answer. */
  ChatRequest single() {
    return new ChatRequest(chat, 1, seed, params, bounded);
  }

  /** The same without a bound. */
  ChatRequest unbounded() {
    return new ChatRequest(chat, answers, seed, params, false);
  }
}
