/** Benchmarks, the greedy evaluator, confidence intervals and evaluation reports. */
@NullMarked
package toolr0.eval;

import org.jspecify.annotations.NullMarked;
