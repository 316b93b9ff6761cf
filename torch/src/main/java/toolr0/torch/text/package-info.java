/** Tokenizers of Hugging Face checkpoints, and chats written by the checkpoints' own templates. */
@NullMarked
package toolr0.torch.text;

import org.jspecify.annotations.NullMarked;
