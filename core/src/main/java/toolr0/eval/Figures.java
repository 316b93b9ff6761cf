package toolr0.eval;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A report with its figures, whose bootstrap intervals take long enough to be computed only once.
 *
 * @param whole over all tasks
 * @param byCategory over each category that has answered tasks
 */
public record Figures(
    EvaluationReport report, List<Figure> whole, SortedMap<String, List<Figure>> byCategory) {
  public Figures {
    whole = List.copyOf(whole);
    byCategory = Collections.unmodifiableSortedMap(new TreeMap<>(byCategory));
  }

  /** Computes the figures of a report. */
  public static Figures of(EvaluationReport report) {
    SortedMap<String, List<Figure>> byCategory = new TreeMap<>();
    for (String category : report.byCategory().keySet()) {
      byCategory.put(category, report.figures(category));
    }
    return new Figures(report, report.figures(), byCategory);
  }

  /** The figures over one category; none when none of its tasks was answered. */
  List<Figure> of(String category) {
    return byCategory.getOrDefault(category, List.of());
  }
}
