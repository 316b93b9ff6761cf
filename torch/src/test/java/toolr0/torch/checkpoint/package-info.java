@NullMarked
package toolr0.torch.checkpoint;

import org.jspecify.annotations.NullMarked;
