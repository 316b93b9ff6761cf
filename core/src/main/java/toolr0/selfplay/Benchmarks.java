package toolr0.selfplay;

import java.util.List;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grader;
import toolr0.pocket.PocketBenchmark;

/** The benchmarks by name. */
public final class Benchmarks {
  private static final String POCKET = "pocket";

  private Benchmarks() {}

  /** The names there are. */
  public static List<String> names() {
    return List.of(POCKET);
  }

  /**
   * The benchmark of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Benchmark named(String name) {
    if (!name.equals(POCKET)) {
      throw new IllegalArgumentException(
          "there is no benchmark \"" + name + "\"; there are: " + String.join(", ", names()));
    }
    List<BenchmarkTask> tasks =
        PocketBenchmark.load().stream()
            .map(
                item ->
                    new BenchmarkTask(
                        item.id(), item.category(), item.task(), Grader.typed(item.task())))
            .toList();
    return new Benchmark(name, tasks);
  }
}
