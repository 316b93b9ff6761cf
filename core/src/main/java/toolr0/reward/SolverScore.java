package toolr0.reward;

import toolr0.tool.SoftScore;

/**
 * The Solver's reward for one completion.
 *
 * @param format 0.3 for an answer block, 0.3 more when it can be read, 0.4 more when it holds calls
 * @param accuracy graded agreement with gold, in [0, 1]
 * @param exactMatch whether the calls equal gold
 * @param calls the parts of the accuracy, computed whether or not a think block was there
 * @param total the weighted sum
 * @param stage how far the scoring came
 */
public record SolverScore(
    double format,
    double accuracy,
    boolean exactMatch,
    SoftScore calls,
    double total,
    SolverStage stage) {}
