package toolr0.track;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.LongSupplier;
import toolr0.run.Event;
import toolr0.run.Event.EvaluationFinished;
import toolr0.run.Event.Interrupted;
import toolr0.run.Event.RunFinished;
import toolr0.run.Event.RunPlanned;
import toolr0.run.Event.RunResumed;
import toolr0.run.Event.SampleShown;
import toolr0.run.Event.StageFinished;
import toolr0.run.Event.StageStarted;
import toolr0.run.Event.StepFinished;
import toolr0.run.Plan;
import toolr0.run.RunListener;
import toolr0.run.StageId;

/**
 * Shows a run on the console: the plan, a live line per stage, an example now and then, the
 * results.
 */
public final class ConsoleListener implements RunListener {
  private static final double NANOS = 1e9;
  private static final double SECONDS_BETWEEN_SAMPLES = 20;
  private static final double SECONDS_BETWEEN_LINES = 5;

  /** What is worth a place on a stage's line, by metric, in order, where the metric is there. */
  private static final Map<String, String> SHOWN = shown();

  private final Terminal terminal;
  private final LongSupplier nanos;
  private final StageClock clock = new StageClock();
  private final List<EvaluationFinished> evaluations = new ArrayList<>();
  private List<Plan.StagePlan> planned = List.of();
  private long lastSample;
  private long lastLine;
  private boolean sampleShown;

  /**
   * A console.
   *
   * @param nanos the time in nanoseconds, for example {@link System#nanoTime}
   */
  public ConsoleListener(Terminal terminal, LongSupplier nanos) {
    this.terminal = terminal;
    this.nanos = nanos;
  }

  private static Map<String, String> shown() {
    Map<String, String> shown = new java.util.LinkedHashMap<>();
    shown.put("reward", "reward %.2f");
    shown.put("generator/parse_rate", "parsed %.0f%%");
    shown.put("success_rate", "success %.0f%%");
    shown.put("dataset/kept", "kept %.0f");
    shown.put("remote/requests", "%,.0f requests");
    shown.put("remote/failed", "%,.0f failed");
    shown.put("perf/sampled_tokens_per_second", "%,.0f tokens/s");
    return java.util.Collections.unmodifiableMap(shown);
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case RunPlanned(String run, Plan plan) -> {
        planned = plan.stages();
        terminal.print("Run " + run + System.lineSeparator() + PlanText.of(plan));
        terminal.print(
            "  Ctrl-C stops after the step in progress; nothing is lost." + System.lineSeparator());
      }
      case RunResumed resumed -> {
        planned = resumed.plan().stages();
        evaluations.addAll(resumed.results());
        terminal.print(
            resumed.complete()
                ? Words.format("Run %s is finished; nothing is left to do.", resumed.run())
                : Words.format(
                    "Run %s goes on: %s, after step %d.",
                    resumed.run(), Words.stage(resumed.stage()), resumed.step()));
      }
      case StageStarted started -> started(started);
      case StepFinished step -> step(step);
      case SampleShown sample -> sample(sample);
      case Event.Noted(StageId stage, String text) ->
          terminal.print(Words.format("%-16s note: %s", Words.stage(stage), text));
      case StageFinished(StageId stage, SortedMap<String, Double> summary) ->
          terminal.print(
              Words.format("%-16s done    %s", Words.stage(stage), figures(summary))
                  .stripTrailing());
      case EvaluationFinished evaluation -> evaluated(evaluation);
      case RunFinished finished -> finished(finished);
      case Interrupted(StageId stage, int step, java.nio.file.Path directory) ->
          terminal.print(
              Words.format(
                  "Stopped in %s after step %d. Go on with:%n  ./toolr0 evolve --resume %s",
                  Words.stage(stage), step, directory));
    }
  }

  private void started(StageStarted started) {
    long now = nanos.getAsLong();
    clock.start(now);
    lastLine = now;
    sampleShown = false;
    terminal.print(Words.format("%-16s %s", Words.stage(started.stage()), started.what()));
    terminal.update(Words.format("%s  0/%d", Words.stage(started.stage()), started.steps()));
  }

  private void step(StepFinished step) {
    long now = nanos.getAsLong();
    clock.step(now);
    double perStep = clock.secondsPerStep().orElse(0);
    double left = perStep * (step.steps() - step.step());
    String line =
        Words.format(
            "%-16s %3d/%d  %s  %s left%s",
            Words.stage(step.stage()),
            step.step(),
            step.steps(),
            figures(step.metrics()),
            Words.time(left),
            runLeft(step.stage(), left));
    if (terminal.live()) {
      terminal.update(line);
    } else if (step.step() == step.steps() || seconds(now - lastLine) >= SECONDS_BETWEEN_LINES) {
      terminal.print(line);
      lastLine = now;
    }
  }

  /** The time of the whole run that is left, when there is more than this stage. */
  private String runLeft(StageId stage, double stageLeft) {
    double later =
        planned.stream()
            .filter(p -> p.id().compareTo(stage) > 0)
            .mapToDouble(Plan.StagePlan::seconds)
            .sum();
    return later == 0 ? "" : " (run: " + Words.time(stageLeft + later) + ")";
  }

  private void sample(SampleShown sample) {
    long now = nanos.getAsLong();
    if (sampleShown && seconds(now - lastSample) < SECONDS_BETWEEN_SAMPLES) {
      return;
    }
    sampleShown = true;
    lastSample = now;
    int width = terminal.columns() - 14;
    StringBuilder text = new StringBuilder();
    text.append("   asked    | ").append(Terminal.cut(sample.prompt(), width));
    text.append(System.lineSeparator());
    text.append("   answered | ").append(Terminal.cut(sample.answer(), width));
    if (!sample.expected().isEmpty()) {
      text.append(System.lineSeparator());
      text.append("   expected | ").append(Terminal.cut(sample.expected(), width));
    }
    text.append(System.lineSeparator());
    text.append(Words.format("   reward   | %.2f", sample.reward()));
    terminal.print(text.toString());
  }

  private void evaluated(EvaluationFinished evaluation) {
    evaluations.removeIf(e -> e.stage().equals(evaluation.stage()));
    evaluations.add(evaluation);
    evaluations.sort(Comparator.comparing(EvaluationFinished::stage));
    terminal.print(
        Words.format(
            "%-16s exact match %s, %s %s to %s",
            Words.stage(evaluation.stage()),
            Words.percent(evaluation.overall().exactMatch()),
            evaluation.overall().intervalName(),
            Words.percent(evaluation.overall().ciLow()),
            Words.percent(evaluation.overall().ciHigh())));
  }

  private void finished(RunFinished finished) {
    String table = ResultTable.of(evaluations);
    if (!table.isEmpty()) {
      terminal.print(System.lineSeparator() + table);
    }
    terminal.print(System.lineSeparator() + "Report: " + finished.report());
  }

  private static String figures(SortedMap<String, Double> metrics) {
    List<String> parts = new ArrayList<>();
    SHOWN.forEach(
        (name, pattern) -> {
          Double value = metrics.get(name);
          if (value != null && !value.isNaN()) {
            parts.add(Words.format(pattern, pattern.contains("%%") ? 100 * value : value));
          }
        });
    return String.join("  ", parts);
  }

  private static double seconds(long nanos) {
    return nanos / NANOS;
  }
}
