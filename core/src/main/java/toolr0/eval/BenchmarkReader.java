package toolr0.eval;

import java.nio.file.Path;

/** Reads a published benchmark from its files. */
public interface BenchmarkReader {

  /** The benchmark's name, which is also that of its folder. */
  String name();

  /**
   * Reads the benchmark. A record that cannot be asked becomes an {@link UnreadableRecord}; it is
   * never left out silently.
   *
   * @param folder the benchmark's own folder
   * @throws BenchmarkException when the folder or one of its files is missing or is not what it
   *     should be
   */
  Benchmark read(Path folder);
}
