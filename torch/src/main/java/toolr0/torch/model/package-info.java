/**
 * The decoder-only transformer on libtorch. Axes in names: N packed tokens, D model width, V
 * vocabulary, H query heads, K key-value heads, P prompt, T time, M predicted tokens.
 */
@NullMarked
package toolr0.torch.model;

import org.jspecify.annotations.NullMarked;
