package toolr0.cli;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.torch.model.Compute;
import toolr0.torch.system.NativeLibrary;

/** What the program stands on, as manifests and results record it. */
final class Versions {
  static final String THREADS = "threads";

  private Versions() {}

  /** The program and its Java. */
  static SortedMap<String, String> program() {
    SortedMap<String, String> versions = new TreeMap<>();
    versions.put("toolr0", Main.VERSION);
    versions.put("java", Runtime.version().toString());
    return versions;
  }

  /** The same and everything that a model on this machine stands on. */
  static SortedMap<String, String> of(NativeLibrary.Loaded library, Compute compute) {
    SortedMap<String, String> versions = program();
    versions.put("libtorch", library.version());
    versions.put("blas", library.blas().name().toLowerCase(Locale.ROOT));
    versions.put("cpu_capability", library.cpuCapability());
    versions.put("processor", library.processor().name());
    versions.put(THREADS, Integer.toString(library.threads()));
    versions.put("device", compute.device().toString());
    versions.put("precision", compute.precision().name().toLowerCase(Locale.ROOT));
    return versions;
  }
}
