/** Tokenizers of Hugging Face checkpoints, and the chat format that they are used with. */
@NullMarked
package toolr0.torch.text;

import org.jspecify.annotations.NullMarked;
