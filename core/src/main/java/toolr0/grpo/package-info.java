/**
 * Group relative policy optimisation: advantages, metrics and the one training loop; it knows
 * nothing of tools.
 *
 * <p>Axes in names: P prompts of a step, G completions of a prompt, R reward functions.
 */
@NullMarked
package toolr0.grpo;

import org.jspecify.annotations.NullMarked;
