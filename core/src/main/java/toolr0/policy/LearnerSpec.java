package toolr0.policy;

import toolr0.base.Seed;

/**
 * How a learner works.
 *
 * @param optimizer moves the weights, or the adapters
 * @param passes bound what a step takes
 * @param lora adapters to be trained in place of the weights, or none
 * @param seed of fresh adapters and of what dropout leaves out
 */
public record LearnerSpec(OptimizerSpec optimizer, PassSpec passes, LoraSpec lora, Seed seed) {}
