package toolr0.policy;

import java.util.OptionalDouble;

/**
 * One answer to a question, from a model that may be anywhere.
 *
 * @param text without special tokens
 * @param tokenIdsT its ids in the model's own vocabulary, empty when the model does not tell them
 * @param logProbsT the model's log-probability of each of its tokens, empty when it does not tell
 *     them
 */
public record Answer(String text, StopReason stopReason, int[] tokenIdsT, float[] logProbsT) {

  /** Mean log-probability of its tokens, empty when the model does not tell. */
  public OptionalDouble meanLogProb() {
    double sum = 0;
    for (float logProb : logProbsT) {
      sum += logProb;
    }
    return logProbsT.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sum / logProbsT.length);
  }

  /** Whether the length limit cut it off. */
  public boolean truncated() {
    return stopReason == StopReason.LENGTH;
  }
}
