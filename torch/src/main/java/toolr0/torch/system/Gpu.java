package toolr0.torch.system;

import java.util.Arrays;
import java.util.List;

/**
 * An NVIDIA GPU as its driver tells of it.
 *
 * @param name its model
 * @param mib of its memory
 * @param driver the driver's version
 */
record Gpu(String name, String mib, String driver) {

  /** Those of this machine; none where {@code nvidia-smi} is not there or does not work. */
  static List<Gpu> all() {
    return SystemCommand.run(
            "nvidia-smi",
            "--query-gpu=name,memory.total,driver_version",
            "--format=csv,noheader,nounits")
        .map(Gpu::parse)
        .orElse(List.of());
  }

  static List<Gpu> parse(String lines) {
    return lines
        .lines()
        .map(line -> Arrays.stream(line.split(",")).map(String::strip).toList())
        .filter(parts -> parts.size() == 3)
        .map(parts -> new Gpu(parts.get(0), parts.get(1), parts.get(2)))
        .toList();
  }

  String words() {
    return "%s, %s MiB, driver %s".formatted(name, mib, driver);
  }
}
