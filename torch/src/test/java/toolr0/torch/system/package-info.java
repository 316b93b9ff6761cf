@NullMarked
package toolr0.torch.system;

import org.jspecify.annotations.NullMarked;
