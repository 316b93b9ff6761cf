/**
 * Decoding. On the CPU the transformer's step for one token per row is written with the Vector API
 * on packed weights and paged keys and values; products in bf16 of a small model are MKL's where it
 * is there. What a step makes of a row depends on nothing but that row and what it has read: not on
 * the rows around it and not on the number of threads. Prompts are read by libtorch, whose matrix
 * products promise that only for an equal batch. On other devices libtorch takes the steps too.
 */
@NullMarked
package toolr0.torch.decode;

import org.jspecify.annotations.NullMarked;
