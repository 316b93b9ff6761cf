package toolr0.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import toolr0.policy.Device;
import toolr0.policy.Device.Kind;
import toolr0.run.ProcessMemory;
import toolr0.torch.system.DeviceMemory;

/** Whether what is planned fits into the memory of this machine, or of a device. */
final class MachineMemory {
  /** How to need less. */
  static final String REMEDY =
      "train adapters (lora_r), switch gradient_checkpointing on, take optim adamw_8bit, lower"
          + " tokens_per_micro_batch, lm_head_chunk_mb or max_completion_length, or take a smaller"
          + " model";

  private MachineMemory() {}

  /**
   * Refuses what the machine, or the container's limit, cannot hold.
   *
   * @throws CliException with {@link ExitCode#ENVIRONMENT}
   */
  static void requireRoom(long bytes) {
    requireRoom(bytes, bytes());
  }

  /** The same for models that lie on a device. */
  static void requireRoom(long bytes, Device device) {
    requireRoom(bytes, bytes(device), isApart(device) ? "device " + device : "the machine");
  }

  /** Bytes of the memory that models on a device take theirs from. */
  static long bytes(Device device) {
    return isApart(device) ? DeviceMemory.total(device) : bytes();
  }

  /** Most MiB so far of the memory that models on a device take theirs from. */
  static double peakMb(Device device) {
    return isApart(device)
        ? DeviceMemory.peak(device) / (double) (1 << 20)
        : ProcessMemory.peakMb().orElse(0);
  }

  private static boolean isApart(Device device) {
    return device.kind() == Kind.CUDA;
  }

  /** Bytes of the machine's memory, or of what its container may have. */
  static long bytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  static void requireRoom(long bytes, long machine) {
    requireRoom(bytes, machine, "the machine");
  }

  private static void requireRoom(long bytes, long there, String where) {
    if (bytes > there) {
      throw new CliException(
          ExitCode.ENVIRONMENT,
          "this needs about %.1f GiB of memory and %s has %.1f GiB: %s"
              .formatted(bytes / (double) (1L << 30), where, there / (double) (1L << 30), REMEDY));
    }
  }
}
