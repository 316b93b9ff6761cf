/** Control specs, tasks, and the parsing and checking of what the Generator writes. */
@NullMarked
package toolr0.task;

import org.jspecify.annotations.NullMarked;
