/**
 * Tensors with a lifetime: scopes that free what was made in them, and bulk moves between tensors
 * and Java arrays.
 */
@NullMarked
package toolr0.torch.tensor;

import org.jspecify.annotations.NullMarked;
