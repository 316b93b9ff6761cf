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

/**
 * Collects a benchmark from the files of its folder: the tasks that the records give, and the
 * records that give none. A record without a gold call gives none, since these sets ask for calls
 * and a refusal would be right there. Tasks whose gold is not offered are marked ({@link
 * Answerability}).
 */
final class TaskCollector {
  private final Path folder;
  private final List<BenchmarkTask> tasks = new ArrayList<>();
  private final List<UnreadableRecord> unreadable = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  TaskCollector(Path folder) {
    this.folder = folder;
  }

  /** Makes the tasks of one record. */
  @FunctionalInterface
  interface Reading {
    List<BenchmarkTask> read() throws BadRecord;
  }

  /**
   * Adds the tasks of a record, or notes why there are none; a record that is a file of its own may
   * also fail as a file.
   *
   * @param record which record, for people
   */
  void add(Path file, String record, Reading reading) {
    try {
      for (BenchmarkTask task : reading.read()) {
        if (task.task().gold().isEmpty()) {
          throw new BadRecord("it has no gold call");
        }
        if (!ids.add(task.id())) {
          throw new BadRecord("an earlier record has the id \"" + task.id() + "\"");
        }
        tasks.add(Answerability.mark(task));
      }
    } catch (BadRecord e) {
      unreadable(file, record, e.reason());
    } catch (BenchmarkException e) {
      unreadable(file, record, String.valueOf(e.getMessage()));
    }
  }

  /** The records of a file with one JSON value a line; lines that are not JSON are noted. */
  List<RecordFile.Entry> lines(Path file) {
    List<UnreadableRecord> broken = new ArrayList<>();
    List<RecordFile.Entry> entries = RecordFile.lines(file, broken);
    broken.forEach(line -> unreadable(file, line.record(), line.reason()));
    return entries;
  }

  /** Notes that a record cannot be asked. */
  void unreadable(Path file, String record, String reason) {
    String place = folder.relativize(file).toString().replace('\\', '/');
    unreadable.add(new UnreadableRecord(place, record, reason));
  }

  /**
   * The benchmark.
   *
   * @throws BenchmarkException when no record gives a task
   */
  Benchmark benchmark(String name) {
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
