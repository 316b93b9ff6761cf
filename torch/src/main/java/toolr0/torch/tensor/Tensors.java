package toolr0.torch.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;

/**
 * Moves data in bulk between tensors and Java arrays, and makes the small arguments that libtorch
 * wants. What takes no device makes tensors in the machine's memory.
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

  /** The same on a device. */
  public static Tensor longs(Device device, long... values) {
    return to(device, longs(values));
  }

  /** The same on a device. */
  public static Tensor floats(Device device, float... values) {
    return to(device, floats(values));
  }

  /** A one-dimensional fp64 tensor on a device with a copy of the values. */
  public static Tensor doubles(Device device, double... values) {
    Tensor tensor = empty(ScalarType.Double, values.length);
    if (values.length > 0) {
      tensor.data_ptr_double().put(values, 0, values.length);
    }
    return to(device, tensor);
  }

  /** Zeros of a shape and type. */
  public static Tensor zeros(ScalarType type, long... shape) {
    return zeros(Device.CPU, type, shape);
  }

  /** Zeros of a shape and type on a device. */
  public static Tensor zeros(Device device, ScalarType type, long... shape) {
    return torch.zeros(shape, options(device, type));
  }

  /** Uninitialised memory of a shape and type. */
  public static Tensor empty(ScalarType type, long... shape) {
    return empty(Device.CPU, type, shape);
  }

  /** Uninitialised memory of a shape and type on a device. */
  public static Tensor empty(Device device, ScalarType type, long... shape) {
    return torch.empty(shape, options(device, type), new MemoryFormatOptional());
  }

  /** The tensor on a device; itself when it is there. */
  public static Tensor to(Device device, Tensor tensor) {
    return device.isCpu()
        ? tensor.cpu()
        : tensor.to(options(device, type(tensor)), false, false, new MemoryFormatOptional());
  }

  /** All values of a tensor of floating-point numbers in row-major order. */
  public static float[] toFloats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    copyTo(tensor, values);
    return values;
  }

  /**
   * Copies all values of a tensor of floating-point numbers, wherever it lies, into an array that
   * is at least as long.
   */
  public static void copyTo(Tensor tensor, float[] into) {
    int length = Math.toIntExact(tensor.numel());
    if (length > 0) {
      FloatPointer data = tensor.cpu().to(ScalarType.Float).contiguous().data_ptr_float();
      data.get(into, 0, length);
    }
  }

  /**
   * Copies a stretch of a contiguous float tensor in the machine's memory into a stretch of an
   * array.
   *
   * @param from index of the first value in row-major order
   */
  public static void copyTo(Tensor tensor, long from, float[] into, int at, int length) {
    MemorySegment.copy(memory(tensor), ValueLayout.JAVA_FLOAT, 4 * from, into, at, length);
  }

  /** A tensor over foreign memory, without a copy; the segment must outlive it. */
  public static Tensor view(MemorySegment segment, ScalarType type, long... shape) {
    return torch.from_blob(new Address(segment.address()), shape, options(Device.CPU, type));
  }

  /**
   * The memory behind a contiguous tensor in the machine's memory; valid as long as the tensor
   * lives.
   */
  public static MemorySegment memory(Tensor tensor) {
    if (!tensor.is_cpu()) {
      throw new IllegalArgumentException("the tensor does not lie in the machine's memory");
    }
    return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
  }

  /** The type of a tensor's elements, as one of the constants. */
  public static ScalarType type(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  /** Options for a new tensor. */
  public static TensorOptions options(Device device, ScalarType type) {
    TensorOptions options = new TensorOptions(type);
    return device.isCpu()
        ? options
        : options.device(new DeviceOptional(new org.bytedeco.pytorch.Device(device.toString())));
  }

  /** Waits until a device has done all that it was given to do. */
  public static void await(Device device) {
    if (!device.isCpu()) {
      torch.synchronizeDevice((byte) device.index());
    }
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
