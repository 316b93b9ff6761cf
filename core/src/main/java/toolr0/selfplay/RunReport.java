package toolr0.selfplay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.base.Json;
import toolr0.curriculum.DatasetStage;
import toolr0.run.Accuracy;
import toolr0.run.EventLog;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.Stage;
import toolr0.run.StageId;
import toolr0.run.StageState;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The report of a complete run, made from the run's files alone, so that it is the same whenever it
 * is made: {@code report.json}, {@code report.md} and pictures.
 */
final class RunReport {
  static final String MARKDOWN = "report.md";
  static final String JSON = "report.json";

  private static final String CHARTS = "charts/";
  private static final int SMOOTHING = 5;

  private final SelfPlayConfig config;
  private final RunDirectory run;
  private final List<ObjectNode> metrics;

  RunReport(SelfPlayConfig config, RunDirectory run) {
    this.config = config;
    this.run = run;
    this.metrics = JsonLines.read(run.resolve(RunDirectory.METRICS));
  }

  /** Writes the report; the result is its headline figures by name. */
  SortedMap<String, Double> write() {
    ObjectNode report = json();
    run.write(JSON, Json.pretty(report) + "\n");
    List<String> charts = charts(report);
    run.write(MARKDOWN, new ReportMarkdown(report, charts, samples()).text());
    SortedMap<String, Double> summary = new TreeMap<>();
    summary.put("base", report.required("base").required("exact_match").asDouble());
    summary.put("final", report.required("final").required("exact_match").asDouble());
    summary.put("relative_gain", report.required("relative_gain").asDouble(Double.NaN));
    summary.put("wall_seconds", report.required("wall_seconds").asDouble());
    summary.put("peak_rss_mb", report.required("peak_rss_mb").asDouble());
    return summary;
  }

  private ObjectNode json() {
    ObjectNode report = Json.object();
    report.put("run", run.root().toAbsolutePath().normalize().getFileName().toString());
    report.put("preset", config.preset().wireName());
    report.put("seed", config.seed());
    report.put("benchmark", config.evaluation().benchmark());
    report.put("confidence", config.evaluation().confidence());
    ObjectNode base = evaluation(StageId.base());
    report.set("base", base);
    ObjectNode last = base;
    for (int iteration = 1; iteration <= config.iterations(); iteration++) {
      last = evaluation(new StageId(iteration, Stage.EVALUATION));
      ObjectNode node = report.withArray("iterations").addObject();
      node.put("iteration", iteration);
      node.setAll(last);
      node.set("generator", training(iteration, Stage.GENERATOR));
      node.set("dataset", EvaluationRecord.read(run, dataset(iteration)));
      node.set("solver", training(iteration, Stage.SOLVER));
    }
    report.set("final", last.deepCopy());
    double before = base.required("exact_match").asDouble();
    double after = last.required("exact_match").asDouble();
    EventLog.putNumber(
        report, "relative_gain", before > 0 ? (after - before) / before : Double.NaN);
    StageState end = run.state().orElseThrow();
    report.put("wall_seconds", end.wallSeconds());
    report.put("peak_rss_mb", end.peakRssMb());
    return report;
  }

  private ObjectNode evaluation(StageId id) {
    return EvaluationRecord.figures(run, id, config.evaluation().benchmark());
  }

  private static String dataset(int iteration) {
    return new StageId(iteration, Stage.DATASET).folder() + "/" + DatasetStage.REPORT;
  }

  /** First and last figures of a training stage: each the mean of a fifth of its steps. */
  private ObjectNode training(int iteration, Stage stage) {
    List<String> names =
        stage == Stage.GENERATOR
            ? List.of(
                "reward",
                "generator/parse_rate",
                "generator/sound_rate",
                "generator/frac_in_band",
                "generator/frac_in_band_of_all",
                "generator/p_success_mean",
                "frac_reward_zero_std")
            : List.of("reward", "solver/exact_match", "frac_reward_zero_std");
    ObjectNode node = Json.object();
    for (String name : names) {
      List<Double> values =
          lines(stage).stream()
              .filter(line -> line.path("iteration").asInt() == iteration)
              .map(line -> line.path(name).asDouble(Double.NaN))
              .filter(Double::isFinite)
              .toList();
      if (!values.isEmpty()) {
        int fifth = Math.max(1, values.size() / 5);
        ObjectNode figure = node.putObject(name.substring(name.indexOf('/') + 1));
        figure.put("first", mean(values.subList(0, fifth)));
        figure.put("last", mean(values.subList(values.size() - fifth, values.size())));
      }
    }
    return node;
  }

  private List<String> charts(ObjectNode report) {
    List<String> written = new ArrayList<>();
    int generatorSteps = config.generator().maxSteps();
    int solverSteps = config.solver().maxSteps();
    LineChart rewards = new LineChart("Generator reward", "step, iterations side by side");
    rewards.line("reward", curve(Stage.GENERATOR, "reward", generatorSteps));
    for (String part : List.of("format", "validity", "spec", "difficulty", "judge")) {
      List<LineChart.Point> points =
          curve(Stage.GENERATOR, "rewards/" + part + "/mean", generatorSteps);
      rewards.line(part, points);
    }
    write(written, "generator-reward", dividers(rewards, generatorSteps));
    LineChart band = new LineChart("Written tasks", "step, iterations side by side");
    band.line(
        "in the difficulty band",
        curve(Stage.GENERATOR, "generator/frac_in_band_of_all", generatorSteps));
    band.line("can be read", curve(Stage.GENERATOR, "generator/parse_rate", generatorSteps));
    band.line("keep every rule", curve(Stage.GENERATOR, "generator/sound_rate", generatorSteps));
    write(written, "difficulty-band", dividers(band, generatorSteps));
    LineChart solver = new LineChart("Solver reward", "step, iterations side by side");
    solver.line("reward", curve(Stage.SOLVER, "reward", solverSteps));
    solver.line("exact match", curve(Stage.SOLVER, "solver/exact_match", solverSteps));
    write(written, "solver-reward", dividers(solver, solverSteps));
    write(written, "exact-match", exactMatch(report));
    return written;
  }

  private LineChart exactMatch(ObjectNode report) {
    LineChart chart =
        new LineChart(
            "Exact match on " + config.evaluation().benchmark(),
            "iteration, 0 is the base model; bars: "
                + Accuracy.intervalName(config.evaluation().confidence()));
    List<JsonNode> evaluations = new ArrayList<>();
    evaluations.add(report.required("base"));
    report.required("iterations").values().forEach(evaluations::add);
    List<LineChart.Point> overall = new ArrayList<>();
    SortedMap<String, List<LineChart.Point>> categories = new TreeMap<>();
    for (int i = 0; i < evaluations.size(); i++) {
      JsonNode node = evaluations.get(i);
      overall.add(
          new LineChart.Point(
              i,
              node.required("exact_match").asDouble(),
              node.required("ci_low").asDouble(),
              node.required("ci_high").asDouble()));
      int x = i;
      node.required("categories")
          .properties()
          .forEach(
              e ->
                  categories
                      .computeIfAbsent(e.getKey(), c -> new ArrayList<>())
                      .add(LineChart.Point.of(x, e.getValue().required("exact_match").asDouble())));
    }
    chart.marked("all", overall);
    categories.forEach(chart::marked);
    return chart;
  }

  private LineChart dividers(LineChart chart, int steps) {
    for (int iteration = 1; iteration < config.iterations(); iteration++) {
      chart.divider(iteration * steps + 0.5);
    }
    return chart;
  }

  private void write(List<String> written, String name, LineChart chart) {
    if (!chart.isEmpty()) {
      String file = CHARTS + name + ".svg";
      run.write(file, chart.toSvg());
      written.add(file);
    }
  }

  /** The first and the last example of each role. */
  private List<ObjectNode> samples() {
    List<ObjectNode> samples = new ArrayList<>();
    List<ObjectNode> events = JsonLines.read(run.resolve(RunDirectory.EVENTS));
    for (Stage stage : List.of(Stage.GENERATOR, Stage.SOLVER)) {
      List<ObjectNode> shown =
          events.stream()
              .filter(e -> e.path("type").asString("").equals("sample_shown"))
              .filter(e -> e.path("stage").asString("").equals(stage.wireName()))
              .toList();
      if (!shown.isEmpty()) {
        samples.add(shown.getFirst());
        samples.add(shown.getLast());
      }
    }
    return samples;
  }

  /** A metric over the steps of all iterations, each point the mean of the last few. */
  private List<LineChart.Point> curve(Stage stage, String name, int stepsPerIteration) {
    List<LineChart.Point> points = new ArrayList<>();
    for (int iteration = 1; iteration <= config.iterations(); iteration++) {
      List<Double> window = new ArrayList<>();
      for (ObjectNode line : lines(stage)) {
        double value = line.path(name).asDouble(Double.NaN);
        if (line.path("iteration").asInt() == iteration && Double.isFinite(value)) {
          window.add(value);
          int from = Math.max(0, window.size() - SMOOTHING);
          double x = (iteration - 1.0) * stepsPerIteration + line.path("step").asInt();
          points.add(LineChart.Point.of(x, mean(window.subList(from, window.size()))));
        }
      }
    }
    return points;
  }

  private List<ObjectNode> lines(Stage stage) {
    return metrics.stream()
        .filter(line -> line.path("stage").asString("").equals(stage.wireName()))
        .toList();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** A share in per cent with one digit, or a dash. */
  static String percent(JsonNode node) {
    double value = node.asDouble(Double.NaN);
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f %%", 100 * value) : "-";
  }
}
