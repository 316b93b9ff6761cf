package toolr0.eval;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One evaluation of one model on any number of benchmarks.
 *
 * @param model which checkpoint
 * @param prompts the set of prompts it was asked with
 * @param maxCompletionLength most new tokens of an answer
 * @param limit tasks asked per benchmark, empty when all are
 * @param remark how the model was asked otherwise than the settings say, where it was
 * @param versions versions of the program and of what it stands on, by name
 * @param started when it began
 * @param took how long it took
 * @param figures one report with its figures per benchmark
 */
public record EvaluationRun(
    String model,
    String prompts,
    int maxCompletionLength,
    Optional<Integer> limit,
    Optional<String> remark,
    SortedMap<String, String> versions,
    Instant started,
    Duration took,
    List<Figures> figures) {
  public EvaluationRun {
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
    figures = List.copyOf(figures);
  }

  /** The reports, one per benchmark. */
  public List<EvaluationReport> reports() {
    return figures.stream().map(Figures::report).toList();
  }

  /** The checkpoint's name as part of a file name. */
  public String sanitizedModel() {
    return model.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
