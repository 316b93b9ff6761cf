@NullMarked
package toolr0.torch.gguf;

import org.jspecify.annotations.NullMarked;
