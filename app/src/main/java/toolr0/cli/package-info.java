/** Commands, configuration binding and exit codes: wiring only. */
@NullMarked
package toolr0.cli;

import org.jspecify.annotations.NullMarked;
