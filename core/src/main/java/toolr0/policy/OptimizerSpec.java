package toolr0.policy;

import toolr0.base.Check;

/**
 * The optimizer of a learner (TRL's names).
 *
 * @param optim what is kept of its moments
 * @param adamBeta1 decay of the first moment, in [0, 1)
 * @param adamBeta2 decay of the second moment, in [0, 1)
 * @param adamEpsilon added to the root of the second moment, above 0
 * @param weightDecay share of a matrix's value that a learning rate of 1 would take away, 0 or more
 */
public record OptimizerSpec(
    Optim optim, double adamBeta1, double adamBeta2, double adamEpsilon, double weightDecay) {

  public OptimizerSpec {
    Check.require(adamBeta1 >= 0 && adamBeta1 < 1, "adam_beta1", adamBeta1, "must be in [0, 1)");
    Check.require(adamBeta2 >= 0 && adamBeta2 < 1, "adam_beta2", adamBeta2, "must be in [0, 1)");
    Check.positive("adam_epsilon", adamEpsilon);
    Check.notNegative("weight_decay", weightDecay);
  }

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
