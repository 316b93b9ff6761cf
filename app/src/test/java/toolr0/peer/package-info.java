/** Engines of other projects, to compare with. */
@NullMarked
package toolr0.peer;

import org.jspecify.annotations.NullMarked;
