/**
 * The policy contracts on libtorch: sampling, scoring, the policy-gradient learner and its
 * optimizer.
 */
@NullMarked
package toolr0.torch.policy;

import org.jspecify.annotations.NullMarked;
