/**
 * What this machine is: the native library, its BLAS and processor, memory, and what stands in the
 * way of a run.
 */
@NullMarked
package toolr0.torch.system;

import org.jspecify.annotations.NullMarked;
