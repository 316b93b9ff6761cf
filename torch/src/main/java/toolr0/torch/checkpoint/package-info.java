/**
 * Checkpoints in Hugging Face layout: {@code config.json}, safetensors read through a memory map,
 * and folders that appear whole or not at all. Tensors are {@link java.lang.foreign.MemorySegment}s
 * here, little-endian and row-major.
 */
@NullMarked
package toolr0.torch.checkpoint;

import org.jspecify.annotations.NullMarked;
