package toolr0.eval;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A fixed set of tasks by which Solvers are measured.
 *
 * @param name the name in configuration and reports
 * @param tasks the tasks, always the same and in the same order; at least one
 * @param unreadable the records that could not be made into tasks
 * @param sizes how many tasks each category has before a limit
 * @param own what is reported of it beside what is reported of every benchmark
 */
public record Benchmark(
    String name,
    List<BenchmarkTask> tasks,
    List<UnreadableRecord> unreadable,
    SortedMap<String, Integer> sizes,
    OwnReport own) {
  public Benchmark {
    tasks = List.copyOf(tasks);
    unreadable = List.copyOf(unreadable);
    sizes = Collections.unmodifiableSortedMap(new TreeMap<>(sizes));
  }

  /** A benchmark of which all tasks are asked. */
  public Benchmark(
      String name, List<BenchmarkTask> tasks, List<UnreadableRecord> unreadable, OwnReport own) {
    this(name, tasks, unreadable, sizes(tasks), own);
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
    return new Benchmark(name, chosen, unreadable, sizes, own);
  }

  /** How many tasks it has before a limit. */
  public int size() {
    return sizes.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static SortedMap<String, Integer> sizes(List<BenchmarkTask> tasks) {
    SortedMap<String, Integer> sizes = new TreeMap<>();
    tasks.forEach(task -> sizes.merge(task.category(), 1, Integer::sum));
    return sizes;
  }
}
