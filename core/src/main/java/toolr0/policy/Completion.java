package toolr0.policy;

/**
 * One answer to a prompt. Training uses the ids; the text is for parsing and for people.
 *
 * @param tokenIdsT the sampled ids, the end-of-turn id included when the model gave it
 * @param logProbsT log-probability of each sampled id under the policy's distribution at the
 *     sampling temperature before repetition penalty, top-p and top-k, length T
 * @param text the ids decoded, without special tokens
 */
public record Completion(
    int[] tokenIdsT, float[] logProbsT, String text, StopReason stopReason, PolicyVersion version) {

  /** Whether the length limit cut it off. */
  public boolean truncated() {
    return stopReason == StopReason.LENGTH;
  }
}
