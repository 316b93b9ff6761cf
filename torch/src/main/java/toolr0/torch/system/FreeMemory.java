package toolr0.torch.system;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that programs can still have on this machine. */
public final class FreeMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable:";

  private FreeMemory() {}

  /** Bytes: on Linux with what caches would give back, elsewhere what is free. */
  public static long bytes() {
    long free =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getFreeMemorySize();
    try {
      for (String line : Files.readAllLines(MEMINFO)) {
        if (line.startsWith(AVAILABLE)) {
          String kib = line.substring(AVAILABLE.length()).replace("kB", "").strip();
          return Long.parseLong(kib) << 10;
        }
      }
    } catch (IOException e) {
      return free;
    }
    return free;
  }
}
