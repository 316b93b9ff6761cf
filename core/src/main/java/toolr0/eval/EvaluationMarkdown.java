package toolr0.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import toolr0.base.Text;
import toolr0.run.Accuracy;

/** An evaluation as a page for people. */
final class EvaluationMarkdown {
  private static final int SHOWN_RECORDS = 50;
  private static final int LONGEST_REASON = 200;

  private EvaluationMarkdown() {}

  static String of(EvaluationRun run) {
    List<String> lines = new ArrayList<>();
    lines.add("# Evaluation of " + run.model());
    lines.add("");
    lines.add(
        "Prompts %s, greedy, at most %d new tokens%s; %d s. Brackets are bootstrap intervals, their level stands above them; strict is the binary AST match, equivalent fills in defaults and turns values into the declared types."
            .formatted(
                run.prompts(),
                run.maxCompletionLength(),
                run.limit().map(n -> ", at most " + n + " tasks a benchmark").orElse(""),
                run.took().toSeconds()));
    if (run.remark().isPresent()) {
      lines.add("");
      lines.add("Note: " + run.remark().get() + ".");
    }
    for (Figures figures : run.figures()) {
      benchmark(figures, lines);
    }
    return String.join("\n", lines) + "\n";
  }

  private static void benchmark(Figures figures, List<String> lines) {
    EvaluationReport report = figures.report();
    lines.add("");
    lines.add("## " + report.benchmark().name());
    lines.add("");
    String interval = Accuracy.intervalName(report.confidence());
    lines.add(
        "| category | tasks | strict [%1$s] | equivalent [%1$s] | irrelevance [%1$s] | parsed [%1$s] | mean tokens |"
            .formatted(interval));
    lines.add("|---|---|---|---|---|---|---|");
    report
        .byCategory()
        .forEach((category, verdicts) -> lines.add(row(category, verdicts, figures.of(category))));
    lines.add(row("**all**", report.verdicts(), figures.whole()));
    lines.add("");
    lines.add("| figure | value | %s |".formatted(interval));
    lines.add("|---|---|---|");
    for (Figure figure : figures.whole()) {
      if (!Double.isNaN(figure.value())) {
        lines.add(
            "| %s | %s | %s |"
                .formatted(
                    figure.name().replace('_', ' '),
                    percent(figure.value()),
                    interval(figure.interval())));
      }
    }
    failed(report, lines);
    records(report, lines);
  }

  private static void failed(EvaluationReport report, List<String> lines) {
    if (report.failed().isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(
        "%d of %d tasks failed: the model gave no answer, so they are in no figure (samples.jsonl has them all):"
            .formatted(report.failed().size(), report.failed().size() + report.verdicts().size()));
    lines.add("");
    for (FailedTask failed : report.failed().stream().limit(SHOWN_RECORDS).toList()) {
      lines.add(
          "- %s (%s): %s"
              .formatted(
                  failed.task().id(),
                  failed.task().category().replace('_', ' '),
                  Text.shorten(Text.collapse(failed.reason()), LONGEST_REASON)));
    }
    more(report.failed().size(), EvaluationFiles.SAMPLES).ifPresent(lines::add);
  }

  /** The line for the items of a list that are not shown. */
  private static Optional<String> more(int items, String file) {
    return items <= SHOWN_RECORDS
        ? Optional.empty()
        : Optional.of("- and %d more, which are in %s".formatted(items - SHOWN_RECORDS, file));
  }

  private static String row(String category, List<Verdict> verdicts, List<Figure> figures) {
    return "| %s | %d | %s | %s | %s | %s | %s |"
        .formatted(
            category.replace('_', ' '),
            verdicts.size(),
            cell(figures, "strict"),
            cell(figures, "equivalent"),
            cell(figures, "irrelevance"),
            cell(figures, "parse_rate"),
            tokens(EvaluationReport.meanLength(verdicts)));
  }

  private static String tokens(double mean) {
    return Double.isNaN(mean) ? "-" : String.format(Locale.ROOT, "%.1f", mean);
  }

  private static String cell(List<Figure> figures, String name) {
    Optional<Figure> figure = figures.stream().filter(f -> f.name().equals(name)).findFirst();
    return figure
        .filter(f -> !Double.isNaN(f.value()))
        .map(f -> percent(f.value()) + " " + interval(f.interval()))
        .orElse("-");
  }

  private static void records(EvaluationReport report, List<String> lines) {
    List<Verdict> unanswerable = report.unanswerable();
    if (!unanswerable.isEmpty()) {
      lines.add("");
      lines.add(
          "In %d tasks the gold asks for what was not offered, or for what the checker rejects; an answer can hardly be right. They are in the figures: %s%s"
              .formatted(
                  unanswerable.size(),
                  String.join(
                      ", ", unanswerable.stream().limit(SHOWN_RECORDS).map(Verdict::id).toList()),
                  unanswerable.size() > SHOWN_RECORDS
                      ? " and %d more, which samples.jsonl marks"
                          .formatted(unanswerable.size() - SHOWN_RECORDS)
                      : ""));
    }
    List<UnreadableRecord> unreadable = report.benchmark().unreadable();
    if (!unreadable.isEmpty()) {
      lines.add("");
      lines.add("%d records could not be read and were not asked:".formatted(unreadable.size()));
      lines.add("");
      for (UnreadableRecord record : unreadable.stream().limit(SHOWN_RECORDS).toList()) {
        lines.add(
            "- %s, %s: %s"
                .formatted(
                    record.file(),
                    record.record(),
                    Text.shorten(Text.collapse(record.reason()), LONGEST_REASON)));
      }
      more(unreadable.size(), EvaluationFiles.UNREADABLE).ifPresent(lines::add);
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }

  private static String interval(Interval interval) {
    return "[" + percent(interval.low()) + ", " + percent(interval.high()) + "]";
  }
}
