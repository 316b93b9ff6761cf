package toolr0.selfplay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import toolr0.run.Accuracy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The report for people, written from the report for programs. */
final class ReportMarkdown {
  private static final double SECONDS_PER_MINUTE = 60;

  private final ObjectNode report;
  private final List<String> charts;
  private final List<ObjectNode> samples;
  private final StringBuilder text = new StringBuilder();

  /**
   * A report.
   *
   * @param samples examples as events, in the order in which they are shown
   */
  ReportMarkdown(ObjectNode report, List<String> charts, List<ObjectNode> samples) {
    this.report = report;
    this.charts = charts;
    this.samples = samples;
  }

  String text() {
    line("# Run " + report.required("run").asString());
    line("");
    line(
        String.format(
            Locale.ROOT,
            "Benchmark `%s`, %d tasks: exact match %s before, %s after self-play (relative gain %s). Preset"
                + " %s, seed %d, %.1f minutes, at most %.0f MiB resident.",
            report.required("benchmark").asString(),
            report.required("base").required("total").asInt(),
            RunReport.percent(report.required("base").required("exact_match")),
            RunReport.percent(report.required("final").required("exact_match")),
            RunReport.percent(report.required("relative_gain")),
            report.required("preset").asString(),
            report.required("seed").asLong(),
            report.required("wall_seconds").asDouble() / SECONDS_PER_MINUTE,
            report.required("peak_rss_mb").asDouble()));
    line("");
    results();
    generator();
    datasets();
    for (String chart : charts) {
      line("![" + chart.substring(chart.lastIndexOf('/') + 1) + "](" + chart + ")");
      line("");
    }
    samples();
    return text.toString();
  }

  private void results() {
    line("## Exact match");
    line("");
    List<String> categories = new ArrayList<>();
    report.required("base").required("categories").propertyNames().forEach(categories::add);
    String interval = Accuracy.intervalName(report.required("confidence").asDouble());
    row("model", "exact match", interval, categories, "can be read");
    line("|---|---|---|" + "---|".repeat(categories.size()) + "---|");
    result("base", report.required("base"), categories);
    for (JsonNode iteration : report.required("iterations").values()) {
      result("iteration " + iteration.required("iteration").asInt(), iteration, categories);
    }
    line("");
  }

  private void result(String name, JsonNode node, List<String> categories) {
    row(
        name,
        RunReport.percent(node.required("exact_match")),
        RunReport.percent(node.required("ci_low"))
            + " - "
            + RunReport.percent(node.required("ci_high")),
        categories.stream()
            .map(c -> RunReport.percent(node.required("categories").path(c).path("exact_match")))
            .toList(),
        RunReport.percent(node.required("parse_rate")));
  }

  private void generator() {
    line("## Generator and Solver, first and last fifth of each stage");
    line("");
    line(
        "| iteration | tasks that can be read | that keep every rule | in the difficulty band"
            + " | Generator reward | Solver reward | Solver exact match |");
    line("|---|---|---|---|---|---|---|");
    for (JsonNode node : report.required("iterations").values()) {
      JsonNode generator = node.required("generator");
      JsonNode solver = node.required("solver");
      line(
          "| "
              + node.required("iteration").asInt()
              + " | "
              + shares(generator.path("parse_rate"))
              + " | "
              + shares(generator.path("sound_rate"))
              + " | "
              + shares(generator.path("frac_in_band_of_all"))
              + " | "
              + numbers(generator.path("reward"))
              + " | "
              + numbers(solver.path("reward"))
              + " | "
              + shares(solver.path("exact_match"))
              + " |");
    }
    line("");
  }

  private void datasets() {
    line("## Datasets");
    line("");
    line(
        "| iteration | generated | sound | replayed | unique | verified | kept | easy / medium / hard"
            + " | dropped most |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (JsonNode node : report.required("iterations").values()) {
      JsonNode dataset = node.required("dataset");
      JsonNode kept = dataset.required("kept_by_difficulty");
      line(
          "| "
              + node.required("iteration").asInt()
              + " | "
              + dataset.required("generated").asInt()
              + " | "
              + dataset.required("checked").asInt()
              + " | "
              + dataset.required("replayed").asInt()
              + " | "
              + dataset.required("unique").asInt()
              + " | "
              + dataset.required("verified").asInt()
              + " | "
              + dataset.required("kept").asInt()
              + (dataset.required("enough").asBoolean()
                  ? ""
                  : " of " + dataset.required("wanted").asInt() + " wanted")
              + " | "
              + kept.required("easy").asInt()
              + " / "
              + kept.required("medium").asInt()
              + " / "
              + kept.required("hard").asInt()
              + " | "
              + commonest(dataset.required("dropped"))
              + " |");
    }
    line("");
  }

  private void samples() {
    if (!samples.isEmpty()) {
      line("## First and last examples");
      line("");
    }
    for (ObjectNode sample : samples) {
      line(
          String.format(
              Locale.ROOT,
              "%s, iteration %d, step %d, reward %.2f:",
              sample.required("stage").asString(),
              sample.required("iteration").asInt(),
              sample.required("step").asInt(),
              sample.path("reward").asDouble(Double.NaN)));
      line("");
      quote("asked", sample.required("prompt").asString());
      quote("said", sample.required("answer").asString());
      if (!sample.required("expected").asString().isEmpty()) {
        quote("wanted", sample.required("expected").asString());
      }
      line("");
    }
  }

  private void quote(String label, String content) {
    content
        .strip()
        .lines()
        .forEach(quoted -> line("    " + String.format(Locale.ROOT, "%-8s", label) + quoted));
  }

  private static String commonest(JsonNode dropped) {
    return dropped.properties().stream()
        .sorted(
            (a, b) -> {
              int byCount = Integer.compare(b.getValue().asInt(), a.getValue().asInt());
              return byCount != 0 ? byCount : a.getKey().compareTo(b.getKey());
            })
        .limit(3)
        .map(e -> e.getKey() + " " + e.getValue().asInt())
        .reduce((a, b) -> a + ", " + b)
        .orElse("-");
  }

  private static String shares(JsonNode figure) {
    return RunReport.percent(figure.path("first"))
        + " to "
        + RunReport.percent(figure.path("last"));
  }

  private static String numbers(JsonNode figure) {
    return String.format(
        Locale.ROOT,
        "%.2f to %.2f",
        figure.path("first").asDouble(Double.NaN),
        figure.path("last").asDouble(Double.NaN));
  }

  private void row(String first, String second, String third, List<String> middle, String last) {
    line(
        "| "
            + first
            + " | "
            + second
            + " | "
            + third
            + " | "
            + String.join(" | ", middle)
            + " | "
            + last
            + " |");
  }

  private void line(String content) {
    text.append(content).append('\n');
  }
}
