/** Sinks for a run's events; the console is one of them. */
@NullMarked
package toolr0.track;

import org.jspecify.annotations.NullMarked;
