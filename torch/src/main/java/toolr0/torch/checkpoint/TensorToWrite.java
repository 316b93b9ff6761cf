package toolr0.torch.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/**
 * One tensor on its way into a safetensors file.
 *
 * @param name its key in the file
 * @param dtype its element type
 * @param shape its dimensions, outermost first
 * @param data gives the bytes, row-major and little-endian, when their turn has come; called once
 */
public record TensorToWrite(
    String name, DType dtype, List<Long> shape, Supplier<MemorySegment> data) {

  public TensorToWrite {
    shape = List.copyOf(shape);
  }

  /** A tensor whose bytes are there already. */
  public static TensorToWrite of(String name, DType dtype, List<Long> shape, MemorySegment data) {
    return new TensorToWrite(name, dtype, shape, () -> data);
  }

  /** A float tensor from an array. */
  public static TensorToWrite of(String name, List<Long> shape, float[] values) {
    return of(name, DType.F32, shape, MemorySegment.ofArray(values));
  }

  /** The size in bytes that the shape asks for. */
  public long byteSize() {
    long size = dtype.bytes();
    for (long dimension : shape) {
      size = Math.multiplyExact(size, dimension);
    }
    return size;
  }
}
