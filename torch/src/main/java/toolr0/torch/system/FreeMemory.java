package toolr0.torch.system;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Memory that this process can still have. */
public final class FreeMemory {
  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Path PROCESS = Path.of("/proc/self/status");

  private FreeMemory() {}

  /**
   * What the system tells, in bytes.
   *
   * @param free memory that nobody uses
   * @param available that, and what caches would give back; empty where the system does not tell
   * @param limit of the container that this process is in, or the whole machine's memory
   * @param resident memory of this process; empty where the system does not tell
   * @param ofFiles what of it are pages of files, such as weights that are used where they lie:
   *     caches could give them back, but they are needed
   */
  record Readings(
      long free, OptionalLong available, long limit, OptionalLong resident, OptionalLong ofFiles) {

    /** What this process can still have: the machine must have it, and the container allow it. */
    long bytes() {
      long machine = available.isPresent() ? available.getAsLong() - ofFiles.orElse(0) : free;
      long container = resident.isPresent() ? limit - resident.getAsLong() : machine;
      return Math.max(0, Math.min(machine, container));
    }
  }

  /** Bytes; 0 when the limit is used up. */
  public static long bytes() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Readings(
            system.getFreeMemorySize(),
            kib(MACHINE, "MemAvailable:"),
            system.getTotalMemorySize(),
            kib(PROCESS, "VmRSS:"),
            kib(PROCESS, "RssFile:"))
        .bytes();
  }

  /** A line of one of the kernel's files, in bytes. */
  private static OptionalLong kib(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(name)) {
          String number = line.substring(name.length()).replace("kB", "").strip();
          return OptionalLong.of(Long.parseLong(number) << 10);
        }
      }
    } catch (IOException e) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }
}
