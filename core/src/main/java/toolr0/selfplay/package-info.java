/**
 * Self-play: the iterations with their stages A Generator, B dataset, C Solver, D evaluation, the
 * two environments, the configuration of it all, the plan and the final report.
 */
@NullMarked
package toolr0.selfplay;

import org.jspecify.annotations.NullMarked;
