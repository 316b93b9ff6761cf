@NullMarked
package toolr0.remote;

import org.jspecify.annotations.NullMarked;
