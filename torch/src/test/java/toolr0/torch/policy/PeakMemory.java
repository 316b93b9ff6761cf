package toolr0.torch.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import toolr0.run.ProcessMemory;

/** How far resident memory rises while something runs; Linux alone tells. */
final class PeakMemory {
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private PeakMemory() {}

  /** Whether this system tells. */
  static boolean isKnown() {
    return Files.isWritable(RESET) && ProcessMemory.peakMb().isPresent();
  }

  /** MiB above those before. */
  static double riseMb(Runnable work) {
    try {
      Files.writeString(RESET, "5");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double before = ProcessMemory.residentMb().orElseThrow();
    work.run();
    return ProcessMemory.peakMb().orElseThrow() - before;
  }
}
