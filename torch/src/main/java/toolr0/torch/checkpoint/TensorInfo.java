package toolr0.torch.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * One tensor of an open safetensors file.
 *
 * @param name its key in the file
 * @param dtype its element type
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param data its bytes in the memory map, row-major and little-endian, with no alignment promised;
 *     valid until the file is closed
 * @param file the file that holds it
 */
public record TensorInfo(
    String name, DType dtype, List<Long> shape, MemorySegment data, Path file) {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /**
   * Lets the pages of the memory map go, so that what has been read does not count as this
   * process's memory; they come back when they are touched.
   */
  public void letGo() {
    if (data.isMapped()) {
      data.unload();
    }
  }

  /** Whether another tensor's bytes begin where this one's end. */
  public boolean isFollowedBy(TensorInfo next) {
    return file.equals(next.file) && data.address() + data.byteSize() == next.data.address();
  }

  /** Number of elements. */
  public long elements() {
    return data.byteSize() / dtype.bytes();
  }

  /**
   * One element widened to float, which is exact.
   *
   * @throws CheckpointException if the type is no floating-point type
   */
  public float toFloat(long index) {
    return switch (dtype) {
      case F32 -> data.get(FLOAT, Float.BYTES * index);
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, Short.BYTES * index) << 16);
      case F16 -> Float.float16ToFloat(data.get(SHORT, Short.BYTES * index));
      case I64, I32, U8 ->
          throw new CheckpointException(
              file + ": tensor " + name + " has dtype " + dtype + ", expected F32, BF16 or F16");
    };
  }

  /**
   * The elements widened to float, on the heap: for small tensors.
   *
   * @throws CheckpointException if the type is no floating-point type
   */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = toFloat(i);
    }
    return values;
  }
}
