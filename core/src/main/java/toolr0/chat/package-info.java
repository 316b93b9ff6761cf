/** Messages, and the contracts of the chat renderer and the tokenizer. */
@NullMarked
package toolr0.chat;

import org.jspecify.annotations.NullMarked;
