/**
 * GGUF, the file format of llama.cpp: a checkpoint of any supported family as one file, with its
 * tokenizer and chat template.
 */
@NullMarked
package toolr0.torch.gguf;

import org.jspecify.annotations.NullMarked;
