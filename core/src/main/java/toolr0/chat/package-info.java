/**
 * Messages, the contract of a model that answers them, and the contracts of the chat renderer and
 * the tokenizer.
 */
@NullMarked
package toolr0.chat;

import org.jspecify.annotations.NullMarked;
