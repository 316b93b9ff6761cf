@NullMarked
package toolr0.torch.text;

import org.jspecify.annotations.NullMarked;
