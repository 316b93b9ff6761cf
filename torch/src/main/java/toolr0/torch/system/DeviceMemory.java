package toolr0.torch.system;

import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.SizeTPair;
import org.bytedeco.pytorch.cuda.DeviceStats;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.policy.Device.Kind;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * The memory of the device that a model lies on; of the CPU, and of what shares it, the machine's.
 */
public final class DeviceMemory {
  private static final double MIB = 1 << 20;

  private DeviceMemory() {}

  /**
   * Makes a device ready, which its driver may refuse.
   *
   * @throws RuntimeException in libtorch's words
   */
  public static void prepare(Device device) {
    try (TensorScope scope = TensorScope.open()) {
      Tensors.zeros(device, ScalarType.Float, 1);
      Tensors.await(device);
    }
  }

  /** Bytes that this process can still have, those included that libtorch keeps for later. */
  public static long free(Device device) {
    if (device.kind() != Kind.CUDA) {
      return FreeMemory.bytes();
    }
    try (TensorScope scope = TensorScope.open()) {
      DeviceStats stats = stats(device);
      long kept = reserved(stats) - allocated(stats);
      return torch.getMemoryInfo((byte) device.index()).first() + kept;
    }
  }

  /** Bytes of a CUDA device's memory, whoever uses them. */
  public static long total(Device device) {
    try (TensorScope scope = TensorScope.open();
        SizeTPair info = torch.getMemoryInfo((byte) device.index())) {
      return info.second();
    }
  }

  /** Most bytes of tensors so far on a CUDA device. */
  public static long peak(Device device) {
    try (TensorScope scope = TensorScope.open()) {
      return stats(device).allocated_bytes().peak();
    }
  }

  /** What is worth a metric: MiB of tensors now and at most so far, on a CUDA device. */
  public static Map<String, Double> gauges(Device device) {
    Map<String, Double> gauges = new TreeMap<>();
    if (device.kind() == Kind.CUDA) {
      try (TensorScope scope = TensorScope.open()) {
        gauges.put("device/allocated_mb", allocated(stats(device)) / MIB);
        gauges.put("device/peak_mb", peak(device) / MIB);
      }
    }
    return gauges;
  }

  /**
   * Whether a failure is that of a device, or of libtorch in the machine's memory, that has no
   * more.
   */
  public static boolean isExhausted(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof RuntimeException
        && (message.contains("out of memory")
            || message.contains("can't allocate memory")
            || message.contains("CUBLAS_STATUS_ALLOC_FAILED"));
  }

  private static DeviceStats stats(Device device) {
    return torch.getDeviceStats((byte) device.index());
  }

  /** The first of the statistics is over blocks of all sizes. */
  private static long allocated(DeviceStats stats) {
    return stats.allocated_bytes().current();
  }

  private static long reserved(DeviceStats stats) {
    return stats.reserved_bytes().current();
  }
}
