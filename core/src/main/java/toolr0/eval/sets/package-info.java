/** The published benchmarks: a reader for each, and the rules by which their authors score. */
@NullMarked
package toolr0.eval.sets;

import org.jspecify.annotations.NullMarked;
