package toolr0.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.bfcl.BfclReader;
import toolr0.eval.sets.ApiBankReader;
import toolr0.eval.sets.HammerReader;
import toolr0.eval.sets.NestfulReader;
import toolr0.eval.sets.NexusRavenReader;
import toolr0.eval.sets.SealToolsReader;
import toolr0.eval.sets.SnipsReader;
import toolr0.eval.sets.ToolAlpacaReader;
import toolr0.eval.sets.ToolTalkReader;
import toolr0.selfplay.Benchmarks;

/** The benchmarks that a model can be measured on: the embedded one and the published ones. */
final class BenchmarkCatalogue {
  private static final List<BenchmarkReader> READERS =
      List.of(
          new BfclReader(),
          new ToolAlpacaReader(),
          new SealToolsReader(),
          new NexusRavenReader(),
          new ApiBankReader(),
          new SnipsReader(),
          new HammerReader(),
          new NestfulReader(),
          new ToolTalkReader());

  private BenchmarkCatalogue() {}

  /** All names. */
  static List<String> names() {
    List<String> names = new ArrayList<>(Benchmarks.names());
    READERS.forEach(reader -> names.add(reader.name()));
    return names;
  }

  /**
   * The benchmark of that name.
   *
   * @param data the folder that holds a folder for each published benchmark
   * @throws CliException when there is no such benchmark, or its files are needed and not named
   */
  static Benchmark read(String name, Optional<Path> data) {
    if (Benchmarks.names().contains(name)) {
      return Benchmarks.named(name);
    }
    BenchmarkReader reader =
        READERS.stream()
            .filter(r -> r.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.USAGE,
                        "--benchmark: there is no benchmark \"%s\"; there are: %s"
                            .formatted(name, String.join(", ", names()))));
    if (data.isEmpty()) {
      throw new CliException(
          ExitCode.USAGE,
          "--benchmark %s needs its published files: name the folder that holds the folder %s with --data DIR"
              .formatted(name, name));
    }
    return reader.read(data.get().resolve(name));
  }
}
