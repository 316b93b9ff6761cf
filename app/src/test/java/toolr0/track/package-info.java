@NullMarked
package toolr0.track;

import org.jspecify.annotations.NullMarked;
