package toolr0.track;

import java.util.ArrayList;
import java.util.List;
import toolr0.base.Text;
import toolr0.eval.EvaluationReport;
import toolr0.eval.UnreadableRecord;
import toolr0.run.Accuracy;

/** An evaluation for people. */
public final class EvaluationText {
  private static final int NAMED_RECORDS = 3;
  private static final int LONGEST_REASON = 200;

  private EvaluationText() {}

  /** How far an evaluation is, on one line. */
  public static String progress(int batch, int batches, int correct, int asked) {
    return Words.format(
        "batch %d/%d  %d of %d tasks solved (%s)",
        batch, batches, correct, asked, Words.percent((double) correct / Math.max(1, asked)));
  }

  /** Exact match per category and over all tasks, and the other figures that tasks have. */
  public static String of(EvaluationReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Words.format(
            "Benchmark %s, model %s: exact match [%s]",
            report.benchmark().name(), report.model(), report.overall().intervalName()));
    report.categories().forEach((name, accuracy) -> lines.add(line(name, accuracy)));
    lines.add(line("all", report.overall()));
    report
        .more()
        .forEach(
            (name, value) -> {
              if (!Double.isNaN(value)) {
                lines.add(line(name, value));
              }
            });
    if (!report.failed().isEmpty()) {
      lines.add(
          Words.format(
              "  %d of %d tasks failed and are in no figure; the first: %s",
              report.failed().size(),
              report.failed().size() + report.verdicts().size(),
              report.failed().getFirst().reason()));
    }
    if (!report.unanswerable().isEmpty()) {
      lines.add(
          Words.format(
              "  in %d tasks the gold asks for what was not offered, or for what the checker rejects;"
                  + " an answer can hardly be right",
              report.unanswerable().size()));
    }
    List<UnreadableRecord> unreadable = report.benchmark().unreadable();
    if (!unreadable.isEmpty()) {
      lines.add(
          Words.format(
              "  %d records could not be read and were not asked; unreadable.jsonl of --out has them"
                  + " all:",
              unreadable.size()));
      for (UnreadableRecord record : unreadable.stream().limit(NAMED_RECORDS).toList()) {
        lines.add(
            Words.format(
                "    %s, %s: %s",
                record.file(),
                record.record(),
                Text.shorten(Text.collapse(record.reason()), LONGEST_REASON)));
      }
      if (unreadable.size() > NAMED_RECORDS) {
        lines.add(Words.format("    and %d more", unreadable.size() - NAMED_RECORDS));
      }
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String line(String name, double value) {
    String words = name.replace('_', ' ');
    return name.endsWith("length")
        ? Words.format("  %-18s %7.1f tokens", words, value)
        : Words.format("  %-18s %7s", words, Words.percent(value));
  }

  private static String line(String name, Accuracy accuracy) {
    return Words.format(
        "  %-18s %7s  [%s, %s]  %d of %d",
        name.replace('_', ' '),
        Words.percent(accuracy.exactMatch()),
        Words.percent(accuracy.ciLow()),
        Words.percent(accuracy.ciHigh()),
        accuracy.correct(),
        accuracy.total());
  }
}
