package toolr0.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/** Resident memory of this process in MiB, as Linux tells it; empty on other systems. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double KIB_PER_MIB = 1024;

  private ProcessMemory() {}

  /** Resident now. */
  public static OptionalDouble residentMb() {
    return field("VmRSS:");
  }

  /** The largest so far. */
  public static OptionalDouble peakMb() {
    return field("VmHWM:");
  }

  private static OptionalDouble field(String name) {
    List<String> lines;
    try {
      lines = Files.readAllLines(STATUS);
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
    for (String line : lines) {
      if (line.startsWith(name)) {
        String kib = line.substring(name.length()).replace("kB", "").strip();
        return OptionalDouble.of(Long.parseLong(kib) / KIB_PER_MIB);
      }
    }
    return OptionalDouble.empty();
  }
}
