package toolr0.policy;

/**
 * AdamW and the limits of one forward and backward pass.
 *
 * @param tokensPerMicroBatch most tokens (prompt once, then all completions) in one forward and
 *     backward pass
 */
public record OptimizerSpec(
    double adamBeta1,
    double adamBeta2,
    double adamEpsilon,
    double weightDecay,
    int tokensPerMicroBatch) {

  /** TRL's defaults. */
  public static OptimizerSpec withTokensPerMicroBatch(int tokens) {
    return new OptimizerSpec(0.9, 0.999, 1e-8, 0.0, tokens);
  }
}
