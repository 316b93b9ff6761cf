package toolr0.track;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import toolr0.run.Accuracy;
import toolr0.run.Event.EvaluationFinished;

/** Exact match of the base and of every iteration's Solver, per category, with intervals. */
public final class ResultTable {
  private static final int CELL = 22;
  private static final int NAME = 18;

  private ResultTable() {}

  /** One column per evaluation in the order given; empty when there is none. */
  public static String of(List<EvaluationFinished> evaluations) {
    if (evaluations.isEmpty()) {
      return "";
    }
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder(pad("  exact match", NAME));
    for (EvaluationFinished evaluation : evaluations) {
      int iteration = evaluation.stage().iteration();
      head.append(pad(iteration == 0 ? "base" : "iteration " + iteration, CELL));
    }
    lines.add(head.toString().stripTrailing());
    SortedSet<String> categories = new TreeSet<>();
    evaluations.forEach(e -> categories.addAll(e.categories().keySet()));
    for (String category : categories) {
      StringBuilder row = new StringBuilder(pad("  " + category.replace('_', ' '), NAME));
      for (EvaluationFinished evaluation : evaluations) {
        row.append(pad(cell(evaluation.categories().get(category)), CELL));
      }
      lines.add(row.toString().stripTrailing());
    }
    StringBuilder all = new StringBuilder(pad("  all", NAME));
    evaluations.forEach(e -> all.append(pad(cell(e.overall()), CELL)));
    lines.add(all.toString().stripTrailing());
    double base = evaluations.getFirst().overall().exactMatch();
    double last = evaluations.getLast().overall().exactMatch();
    String brackets = "brackets: " + evaluations.getFirst().overall().intervalName();
    lines.add(
        evaluations.size() > 1 && base > 0
            ? Words.format(
                "  relative gain: %+.1f%% (%s -> %s; %s)",
                100 * (last - base) / base, Words.percent(base), Words.percent(last), brackets)
            : "  " + brackets);
    return String.join(System.lineSeparator(), lines);
  }

  private static String cell(@org.jspecify.annotations.Nullable Accuracy accuracy) {
    return accuracy == null
        ? "-"
        : Words.format(
            "%5.1f%% [%.1f, %.1f]",
            100 * accuracy.exactMatch(), 100 * accuracy.ciLow(), 100 * accuracy.ciHigh());
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
  }
}
