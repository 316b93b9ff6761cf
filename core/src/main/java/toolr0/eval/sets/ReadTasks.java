package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.eval.UnreadableRecord;

/** Gathers what a reader found in a benchmark's folder. */
final class ReadTasks {
  private final Path folder;
  private final List<BenchmarkTask> tasks = new ArrayList<>();
  private final List<UnreadableRecord> unreadable = new ArrayList<>();

  ReadTasks(Path folder) {
    this.folder = folder;
  }

  void add(BenchmarkTask task) {
    tasks.add(OfferedTools.checked(task));
  }

  void addAll(List<BenchmarkTask> all) {
    all.forEach(this::add);
  }

  void unreadable(Path file, String record, String reason) {
    unreadable.add(new UnreadableRecord(RecordNodes.relative(folder, file), record, reason));
  }

  /**
   * The records of a file with one JSON value a line; lines that are not JSON are noted as
   * unreadable.
   */
  List<RecordFile.Entry> lines(Path file) {
    List<UnreadableRecord> broken = new ArrayList<>();
    List<RecordFile.Entry> entries = RecordFile.lines(file, broken);
    broken.forEach(b -> unreadable(file, b.record(), b.reason()));
    return entries;
  }

  /**
   * The benchmark.
   *
   * @throws BenchmarkException when there is no task in it
   */
  Benchmark benchmark(String name) {
    if (tasks.isEmpty()) {
      String first =
          unreadable.isEmpty()
              ? "its files hold no records"
              : "the first of %d unreadable ones is %s, %s: %s"
                  .formatted(
                      unreadable.size(),
                      unreadable.getFirst().file(),
                      unreadable.getFirst().record(),
                      unreadable.getFirst().reason());
      throw new BenchmarkException(
          folder + ": no record can be asked; " + first + "; restore the files as published");
    }
    return new Benchmark(name, tasks, unreadable);
  }
}
