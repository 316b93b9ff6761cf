package toolr0.torch.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The processor, as the operating system describes it.
 *
 * @param name its model, "unknown" if the system does not say
 * @param cores logical cores that this process may use
 * @param flags its instruction sets in lower case, as Linux spells them on x86
 */
public record Processor(String name, int cores, Set<String> flags) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  public Processor {
    flags = Set.copyOf(flags);
  }

  /** Reads {@code /proc/cpuinfo}, or asks {@code sysctl} on macOS. */
  public static Processor current() {
    int cores = Runtime.getRuntime().availableProcessors();
    if (Files.exists(CPUINFO)) {
      try {
        return parseCpuinfo(Files.readAllLines(CPUINFO), cores);
      } catch (IOException e) {
        return new Processor("unknown", cores, Set.of());
      }
    }
    String name = SystemCommand.run("sysctl", "-n", "machdep.cpu.brand_string").orElse("unknown");
    boolean bf16 =
        SystemCommand.run("sysctl", "-n", "hw.optional.arm.FEAT_BF16")
            .map(value -> value.strip().equals("1"))
            .orElse(false);
    return new Processor(name.strip(), cores, bf16 ? Set.of("bf16") : Set.of());
  }

  static Processor parseCpuinfo(List<String> lines, int cores) {
    String name = "unknown";
    Set<String> flags = Set.of();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        continue;
      }
      String key = line.substring(0, colon).strip();
      String value = line.substring(colon + 1).strip();
      if (key.equals("model name")) {
        name = value;
      } else if (flags.isEmpty() && (key.equals("flags") || key.equals("Features"))) {
        flags = Set.of(value.toLowerCase(Locale.ROOT).split(" +"));
      }
    }
    return new Processor(name, cores, flags);
  }

  /** Whether it multiplies tiles of bf16 at once (AMX). */
  public boolean hasMatrixInstructions() {
    return flags.contains("amx_bf16");
  }

  /**
   * Whether matrix products in bf16 are faster here than in fp32: the processor must multiply bf16
   * itself. Without that they are about ten times slower.
   */
  public boolean fastBf16() {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16");
  }
}
