package toolr0.torch.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Moves data in bulk between tensors and Java arrays, and makes the small arguments that libtorch
 * wants.
 */
public final class Tensors {
  private Tensors() {}

  /** A one-dimensional int64 tensor with a copy of the values. */
  public static Tensor longs(long... values) {
    Tensor tensor = empty(ScalarType.Long, values.length);
    if (values.length > 0) {
      tensor.data_ptr_long().put(values, 0, values.length);
    }
    return tensor;
  }

  /** A one-dimensional float tensor with a copy of the values. */
  public static Tensor floats(float... values) {
    Tensor tensor = empty(ScalarType.Float, values.length);
    if (values.length > 0) {
      tensor.data_ptr_float().put(values, 0, values.length);
    }
    return tensor;
  }

  /** Zeros of a shape and type. */
  public static Tensor zeros(ScalarType type, long... shape) {
    return torch.zeros(shape, options(type));
  }

  /** Uninitialised memory of a shape and type. */
  public static Tensor empty(ScalarType type, long... shape) {
    return torch.empty(shape, options(type), new MemoryFormatOptional());
  }

  /** All values of a float tensor in row-major order. */
  public static float[] toFloats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    copyTo(tensor, values);
    return values;
  }

  /** Copies all values of a float tensor into an array that is at least as long. */
  public static void copyTo(Tensor tensor, float[] into) {
    int length = Math.toIntExact(tensor.numel());
    if (length > 0) {
      FloatPointer data = tensor.contiguous().data_ptr_float();
      data.get(into, 0, length);
    }
  }

  /**
   * Copies a stretch of a contiguous float tensor into a stretch of an array.
   *
   * @param from index of the first value in row-major order
   */
  public static void copyTo(Tensor tensor, long from, float[] into, int at, int length) {
    MemorySegment.copy(memory(tensor), ValueLayout.JAVA_FLOAT, 4 * from, into, at, length);
  }

  /** A tensor over foreign memory, without a copy; the segment must outlive it. */
  public static Tensor view(MemorySegment segment, ScalarType type, long... shape) {
    return torch.from_blob(new Address(segment.address()), shape, options(type));
  }

  /** The memory behind a contiguous tensor; valid as long as the tensor lives. */
  public static MemorySegment memory(Tensor tensor) {
    return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
  }

  /** The type of a tensor's elements, as one of the constants. */
  public static ScalarType type(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  /** Type options for a new tensor. */
  public static TensorOptions options(ScalarType type) {
    return new TensorOptions(type);
  }

  /** Concatenates along an axis. */
  public static Tensor cat(long axis, Tensor... tensors) {
    return torch.cat(new TensorVector(tensors), axis);
  }

  public static Scalar scalar(double value) {
    return new Scalar(value);
  }

  /** An optional tensor that holds one. */
  public static TensorOptional some(Tensor tensor) {
    return new TensorOptional(tensor);
  }

  public static TensorOptional noTensor() {
    return new TensorOptional();
  }

  public static DoubleOptional noDouble() {
    return new DoubleOptional();
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }
}
