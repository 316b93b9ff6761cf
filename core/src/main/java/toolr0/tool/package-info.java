/**
 * Tools, their parameters and calls; the one tolerant call parser, the schema check and the one
 * call matcher.
 */
@NullMarked
package toolr0.tool;

import org.jspecify.annotations.NullMarked;
