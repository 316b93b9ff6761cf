/**
 * The Berkeley Function Calling Leaderboard, version 4, single turn: its files, its AST checker,
 * its aggregates and its result files. What Python does with a value decides a verdict, so values
 * carry Python's classes here.
 */
@NullMarked
package toolr0.eval.bfcl;

import org.jspecify.annotations.NullMarked;
