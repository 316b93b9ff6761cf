@NullMarked
package toolr0.cli;

import org.jspecify.annotations.NullMarked;
