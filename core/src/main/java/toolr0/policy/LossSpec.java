package toolr0.policy;

/**
 * The policy-gradient loss (TRL's names and definitions).
 *
 * @param lossType how token losses are averaged
 * @param epsilon lower clip range of the probability ratio
 * @param epsilonHigh upper clip range
 * @param beta weight of the k3 estimate of the KL divergence from the reference; 0 needs no
 *     reference
 * @param maskTruncatedCompletions whether truncated completions carry no loss
 * @param maxCompletionLength the constant that {@code DR_GRPO} divides by
 * @param temperature the temperature at which completions were sampled; logits are divided by it
 * @param maxGradNorm gradients are scaled down to this norm
 */
public record LossSpec(
    LossType lossType,
    double epsilon,
    double epsilonHigh,
    double beta,
    boolean maskTruncatedCompletions,
    int maxCompletionLength,
    double temperature,
    double maxGradNorm) {

  /** How token losses are averaged over a batch. */
  public enum LossType {
    /** Mean over each completion's tokens, then over completions. */
    GRPO,
    /** Sum over all tokens, divided by completions x {@code maxCompletionLength}. */
    DR_GRPO,
    /** Mean over all tokens of the batch. */
    DAPO
  }
}
