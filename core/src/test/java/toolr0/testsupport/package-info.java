/** A toy policy in memory, for tests of the loops around policies. */
@NullMarked
package toolr0.testsupport;

import org.jspecify.annotations.NullMarked;
