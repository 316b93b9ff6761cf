package toolr0.torch.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The memory of this process, native memory included.
 *
 * @param residentBytes bytes in physical memory now
 * @param peakResidentBytes the most there were since the process began
 */
public record ProcessMemory(long residentBytes, long peakResidentBytes) {

  private static final Path STATUS = Path.of("/proc/self/status");

  /**
   * Reads the present figures: from {@code /proc/self/status}, elsewhere from {@code ps}, at worst
   * the Java heap's.
   */
  public static ProcessMemory now() {
    if (Files.exists(STATUS)) {
      try {
        return parse(Files.readAllLines(STATUS));
      } catch (IOException e) {
        return ofHeap();
      }
    }
    return ofPs();
  }

  static ProcessMemory parse(List<String> status) {
    OptionalLong resident = kibibytes(status, "VmRSS:");
    OptionalLong peak = kibibytes(status, "VmHWM:");
    if (resident.isEmpty()) {
      return ofHeap();
    }
    long bytes = resident.getAsLong() << 10;
    return new ProcessMemory(bytes, Math.max(bytes, peak.orElse(0) << 10));
  }

  private static OptionalLong kibibytes(List<String> status, String key) {
    for (String line : status) {
      if (line.startsWith(key)) {
        String digits = line.substring(key.length()).replace("kB", "").strip();
        if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
          return OptionalLong.of(Long.parseLong(digits));
        }
      }
    }
    return OptionalLong.empty();
  }

  private static ProcessMemory ofPs() {
    String pid = Long.toString(ProcessHandle.current().pid());
    return SystemCommand.run("ps", "-o", "rss=", "-p", pid)
        .map(output -> parse(List.of("VmRSS:" + output.strip())))
        .orElseGet(ProcessMemory::ofHeap);
  }

  private static ProcessMemory ofHeap() {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    return new ProcessMemory(used, runtime.totalMemory());
  }
}
