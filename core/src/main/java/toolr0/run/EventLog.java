package toolr0.run;

import java.util.SortedMap;
import toolr0.base.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes events to {@code events.jsonl} and step metrics to {@code metrics.jsonl}. What belongs to
 * a session and not to the run (resumed, interrupted) is left out, so that the files of a resumed
 * run equal an uninterrupted run's but for times.
 */
public final class EventLog implements RunListener {
  private final RunDirectory run;
  private final JsonLines events;
  private final JsonLines metrics;

  public EventLog(RunDirectory run) {
    this.run = run;
    this.events = run.log(RunDirectory.EVENTS);
    this.metrics = run.log(RunDirectory.METRICS);
  }

  @Override
  public void on(Event event) {
    switch (event) {
      case Event.StepFinished e -> {
        ObjectNode line = Json.object();
        putStage(line, e.stage());
        line.put("step", e.step());
        e.metrics().forEach((name, value) -> putNumber(line, name, value));
        metrics.append(line);
      }
      case Event.RunPlanned e -> {
        ObjectNode line = line("run_planned");
        line.put("run", e.run());
        line.set("plan", plan(e.plan()));
        events.append(line);
      }
      case Event.StageStarted e -> {
        if (e.done() == 0) {
          ObjectNode line = line("stage_started");
          putStage(line, e.stage());
          line.put("steps", e.steps());
          line.put("what", e.what());
          events.append(line);
        }
      }
      case Event.SampleShown e -> {
        ObjectNode line = line("sample_shown");
        putStage(line, e.stage());
        line.put("step", e.step());
        line.put("prompt", e.prompt());
        line.put("answer", e.answer());
        line.put("expected", e.expected());
        putNumber(line, "reward", e.reward());
        events.append(line);
      }
      case Event.Noted e -> {
        ObjectNode line = line("noted");
        putStage(line, e.stage());
        line.put("text", e.text());
        events.append(line);
      }
      case Event.StageFinished e -> {
        ObjectNode line = line("stage_finished");
        putStage(line, e.stage());
        putNumbers(line.putObject("summary"), e.summary());
        events.append(line);
      }
      case Event.EvaluationFinished e -> {
        ObjectNode line = line("evaluation_finished");
        putStage(line, e.stage());
        line.put("benchmark", e.benchmark());
        line.set("overall", accuracy(e.overall()));
        ObjectNode categories = line.putObject("categories");
        e.categories().forEach((name, value) -> categories.set(name, accuracy(value)));
        putNumbers(line.putObject("more"), e.more());
        events.append(line);
      }
      case Event.RunFinished e -> {
        ObjectNode line = line("run_finished");
        line.put("report", e.report().getFileName().toString());
        putNumbers(line.putObject("summary"), e.summary());
        events.append(line);
      }
      case Event.RunResumed _, Event.Interrupted _ -> {}
    }
  }

  /** The figures of a share as JSON. */
  public static ObjectNode accuracy(Accuracy accuracy) {
    ObjectNode node = Json.object();
    node.put("exact_match", accuracy.exactMatch());
    node.put("ci_low", accuracy.ciLow());
    node.put("ci_high", accuracy.ciHigh());
    node.put("correct", accuracy.correct());
    node.put("total", accuracy.total());
    return node;
  }

  /** A number that JSON can hold: not-a-number and infinities become null. */
  public static void putNumber(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  private static void putNumbers(ObjectNode node, SortedMap<String, Double> numbers) {
    numbers.forEach((name, value) -> putNumber(node, name, value));
  }

  private static void putStage(ObjectNode node, StageId stage) {
    node.put("iteration", stage.iteration());
    node.put("stage", stage.stage().wireName());
  }

  private ObjectNode line(String type) {
    ObjectNode line = Json.object();
    line.put("at", run.clock().instant().toString());
    line.put("type", type);
    return line;
  }

  private static ObjectNode plan(Plan plan) {
    ObjectNode node = Json.object();
    node.put("preset", plan.preset());
    node.put("parameters", plan.parameters());
    node.put("sampled_tokens", plan.sampledTokens());
    node.put("checkpoint_bytes", plan.checkpointBytes());
    for (Plan.StagePlan stage : plan.stages()) {
      ObjectNode line = node.withArray("stages").addObject();
      putStage(line, stage.id());
      line.put("steps", stage.steps());
      line.put("prompts_per_step", stage.promptsPerStep());
      line.put("completions_per_prompt", stage.completionsPerPrompt());
      line.put("sampled_tokens", stage.sampledTokens());
    }
    return node;
  }
}
