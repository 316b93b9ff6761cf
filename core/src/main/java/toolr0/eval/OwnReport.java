package toolr0.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/** What is reported of one benchmark alone: the figures and the files that its authors define. */
public interface OwnReport {
  /** Nothing beside what is reported of every benchmark. */
  OwnReport NONE = new OwnReport() {};

  /**
   * Figures over all tasks, by metric name. A figure is NaN, and not reported, where the verdicts
   * lack what it is over.
   */
  default SortedMap<String, ToDoubleFunction<List<Verdict>>> aggregates() {
    return Collections.emptySortedMap();
  }

  /**
   * Writes files in the layout of the benchmark's authors.
   *
   * @param folder a folder for this benchmark alone, which need not exist
   * @param report the report on this benchmark, one of the run's
   */
  default void write(Path folder, EvaluationRun run, EvaluationReport report) throws IOException {}
}
