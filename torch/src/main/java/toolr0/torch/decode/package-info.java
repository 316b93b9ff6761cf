/**
 * Decoding on the CPU: the transformer's step for one token per row, written with the Vector API on
 * packed weights and paged keys and values. A row's numbers depend on nothing but that row: not on
 * the batch around it and not on the number of threads.
 */
@NullMarked
package toolr0.torch.decode;

import org.jspecify.annotations.NullMarked;
