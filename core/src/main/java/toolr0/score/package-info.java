/**
 * Rewards with their reasons, line by line, for files of completions; the rewards are those of the
 * classes that training uses.
 */
@NullMarked
package toolr0.score;

import org.jspecify.annotations.NullMarked;
