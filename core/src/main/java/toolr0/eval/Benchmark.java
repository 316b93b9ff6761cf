package toolr0.eval;

import java.util.List;

/**
 * A fixed set of tasks by which Solvers are measured.
 *
 * @param name the name in configuration and reports
 * @param tasks the tasks, always the same and in the same order; at least one
 * @param unreadable the records that could not be made into tasks
 * @param own what is reported of it beside what is reported of every benchmark
 */
public record Benchmark(
    String name, List<BenchmarkTask> tasks, List<UnreadableRecord> unreadable, OwnReport own) {
  public Benchmark {
    tasks = List.copyOf(tasks);
    unreadable = List.copyOf(unreadable);
  }

  /** A benchmark without a report of its own. */
  public Benchmark(String name, List<BenchmarkTask> tasks, List<UnreadableRecord> unreadable) {
    this(name, tasks, unreadable, OwnReport.NONE);
  }

  /** A benchmark all of whose records are tasks. */
  public Benchmark(String name, List<BenchmarkTask> tasks) {
    this(name, tasks, List.of());
  }

  /** The same benchmark with at most {@code limit} tasks, taken evenly from the whole. */
  public Benchmark limitedTo(int limit) {
    int size = tasks.size();
    if (limit >= size) {
      return this;
    }
    List<BenchmarkTask> chosen =
        java.util.stream.IntStream.range(0, limit)
            .mapToObj(i -> tasks.get((int) ((long) i * size / limit)))
            .toList();
    return new Benchmark(name, chosen, unreadable, own);
  }
}
