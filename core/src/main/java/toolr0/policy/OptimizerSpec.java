package toolr0.policy;

/**
 * The optimizer of a learner (TRL's names).
 *
 * @param optim what is kept of its moments
 */
public record OptimizerSpec(
    Optim optim, double adamBeta1, double adamBeta2, double adamEpsilon, double weightDecay) {

  /** AdamW's usual constants. */
  public static final OptimizerSpec DEFAULT = new OptimizerSpec(Optim.ADAMW, 0.9, 0.999, 1e-8, 0.0);

  /** AdamW, and how it keeps its two moments between steps. */
  public enum Optim {
    /** In fp32: eight bytes a weight. */
    ADAMW,
    /**
     * The moments of matrices in 8 bits with a scale for every 256 values (Dettmers and others,
     * arXiv 2110.02861): two bytes a weight; those of norms and biases in fp32.
     */
    ADAMW_8BIT
  }
}
