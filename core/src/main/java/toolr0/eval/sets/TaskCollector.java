package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.eval.UnreadableRecord;

/** Collects a benchmark: the tasks that its records give, and the records that give none. */
final class TaskCollector {
  private final String name;
  private final List<BenchmarkTask> tasks = new ArrayList<>();
  private final List<UnreadableRecord> unreadable = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  TaskCollector(String name) {
    this.name = name;
  }

  /** Makes a task of one record. */
  @FunctionalInterface
  interface Reading {
    BenchmarkTask read() throws BadRecord;
  }

  /**
   * Adds the task of a record, or notes why there is none.
   *
   * @param record which record, for people
   */
  void add(Path file, String record, Reading reading) {
    try {
      BenchmarkTask task = reading.read();
      if (ids.add(task.id())) {
        tasks.add(task);
      } else {
        reject(file, record, "an earlier record has the id \"" + task.id() + "\"");
      }
    } catch (BadRecord e) {
      reject(file, record, e.reason());
    }
  }

  /** Notes that a record cannot be asked. */
  void reject(Path file, String record, String reason) {
    unreadable.add(new UnreadableRecord(RecordFile.name(file), record, reason));
  }

  /** Where {@link RecordFile#lines} notes the lines that are not JSON. */
  List<UnreadableRecord> unreadable() {
    return unreadable;
  }

  /**
   * The benchmark.
   *
   * @throws BenchmarkException when no record gives a task
   */
  Benchmark benchmark(Path folder) {
    if (tasks.isEmpty()) {
      String first =
          unreadable.isEmpty()
              ? "its files are empty"
              : "the first, %s of %s: %s"
                  .formatted(
                      unreadable.getFirst().record(),
                      unreadable.getFirst().file(),
                      unreadable.getFirst().reason());
      throw new BenchmarkException(
          "%s: none of the records can be asked (%s); restore the files as published"
              .formatted(folder, first));
    }
    return new Benchmark(name, tasks, unreadable);
  }
}
