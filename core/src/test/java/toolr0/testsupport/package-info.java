/**
 * A toy policy in memory, for tests of the loops around policies; hard and changed inputs, for
 * tests of everything that reads.
 */
@NullMarked
package toolr0.testsupport;

import org.jspecify.annotations.NullMarked;
