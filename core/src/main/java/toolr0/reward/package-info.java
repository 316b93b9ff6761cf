/**
 * Rewards of Generator and Solver (method sections 4 and 6), and the contracts of what they ask
 * others: difficulty probe and judge.
 */
@NullMarked
package toolr0.reward;

import org.jspecify.annotations.NullMarked;
