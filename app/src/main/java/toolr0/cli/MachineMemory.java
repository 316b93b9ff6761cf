package toolr0.cli;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Whether what is planned fits into this machine's memory. */
final class MachineMemory {
  private MachineMemory() {}

  /**
   * Refuses what the machine, or the container's limit, cannot hold.
   *
   * @throws CliException with {@link ExitCode#ENVIRONMENT}
   */
  static void requireRoom(long bytes) {
    requireRoom(bytes, bytes());
  }

  /** Bytes of the machine's memory, or of what its container may have. */
  static long bytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  static void requireRoom(long bytes, long machine) {
    if (bytes > machine) {
      throw new CliException(
          ExitCode.ENVIRONMENT,
          "this needs about %.1f GiB of memory and the machine has %.1f GiB: train adapters (lora_r), switch gradient_checkpointing on, take optim adamw_8bit, lower tokens_per_micro_batch, lm_head_chunk_mb or max_completion_length, or take a smaller model"
              .formatted(bytes / (double) (1L << 30), machine / (double) (1L << 30)));
    }
  }
}
