/**
 * Canonical JSON, text normalisation, seeds, hashes and atomic files: what every other package may
 * use.
 */
@NullMarked
package toolr0.base;

import org.jspecify.annotations.NullMarked;
