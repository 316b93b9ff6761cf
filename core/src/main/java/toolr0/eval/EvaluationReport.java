package toolr0.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import toolr0.base.Json;
import toolr0.run.Accuracy;
import toolr0.run.EventLog;
import tools.jackson.databind.node.ObjectNode;

/**
 * The figures of one model on one benchmark.
 *
 * @param benchmark the benchmark's name
 * @param model which checkpoint, for people
 * @param overall exact match over all tasks (the micro average)
 * @param categories exact match per category
 * @param parseRate share of answers from which calls could be read
 * @param nameAccuracy share of answers that call the right tools
 * @param macroAverage mean of the categories' exact match
 * @param irrelevance share of tasks without a fitting tool where no tool was called; NaN when there
 *     are none
 * @param falseRefusals share of tasks with a fitting tool where no tool was called; NaN when there
 *     are none
 * @param meanLength mean tokens of an answer
 * @param tooLong share of tasks whose prompt does not fit the context; they count as wrong
 * @param verdicts one per task, in the benchmark's order
 */
public record EvaluationReport(
    String benchmark,
    String model,
    Accuracy overall,
    SortedMap<String, Accuracy> categories,
    double parseRate,
    double nameAccuracy,
    double macroAverage,
    double irrelevance,
    double falseRefusals,
    double meanLength,
    double tooLong,
    List<Verdict> verdicts) {
  public EvaluationReport {
    categories = Collections.unmodifiableSortedMap(new TreeMap<>(categories));
    verdicts = List.copyOf(verdicts);
  }

  /**
   * The report over verdicts.
   *
   * @param refusals ids of the tasks that were answered with no call
   * @param confidence of the intervals
   */
  static EvaluationReport of(
      String benchmark,
      String model,
      List<Verdict> verdicts,
      List<String> refusals,
      double confidence) {
    SortedMap<String, List<Verdict>> byCategory = new TreeMap<>();
    for (Verdict verdict : verdicts) {
      byCategory.computeIfAbsent(verdict.category(), c -> new ArrayList<>()).add(verdict);
    }
    SortedMap<String, Accuracy> categories = new TreeMap<>();
    byCategory.forEach((name, list) -> categories.put(name, accuracy(list, confidence)));
    List<Verdict> fitting = verdicts.stream().filter(v -> !v.noTool()).toList();
    List<Verdict> none = verdicts.stream().filter(Verdict::noTool).toList();
    return new EvaluationReport(
        benchmark,
        model,
        accuracy(verdicts, confidence),
        categories,
        share(verdicts, Verdict::parsed),
        share(verdicts, Verdict::rightTools),
        categories.values().stream().mapToDouble(Accuracy::exactMatch).average().orElse(Double.NaN),
        share(none, Verdict::correct),
        share(fitting, v -> refusals.contains(v.id())),
        verdicts.stream().mapToInt(Verdict::tokens).average().orElse(0),
        share(verdicts, v -> !v.fits()),
        verdicts);
  }

  /** The figures beside exact match, by metric name. */
  public SortedMap<String, Double> more() {
    SortedMap<String, Double> more = new TreeMap<>();
    more.put("parse_rate", parseRate);
    more.put("name_accuracy", nameAccuracy);
    more.put("macro_average", macroAverage);
    more.put("irrelevance", irrelevance);
    more.put("false_refusals", falseRefusals);
    more.put("mean_length", meanLength);
    more.put("too_long", tooLong);
    return more;
  }

  /** The report as JSON, verdicts included. */
  public ObjectNode toJson() {
    ObjectNode node = figuresJson();
    for (Verdict verdict : verdicts) {
      ObjectNode line = node.withArray("verdicts").addObject();
      line.put("id", verdict.id());
      line.put("category", verdict.category());
      line.put("no_tool", verdict.noTool());
      line.put("parsed", verdict.parsed());
      line.put("right_tools", verdict.rightTools());
      line.put("correct", verdict.correct());
      line.put("tokens", verdict.tokens());
      line.put("fits", verdict.fits());
      line.put("answer", verdict.answer());
    }
    return node;
  }

  /** The figures alone as JSON. */
  public ObjectNode figuresJson() {
    ObjectNode node = Json.object();
    node.put("benchmark", benchmark);
    node.put("model", model);
    node.setAll(EventLog.accuracy(overall));
    ObjectNode byCategory = node.putObject("categories");
    categories.forEach((name, accuracy) -> byCategory.set(name, EventLog.accuracy(accuracy)));
    more().forEach((name, value) -> EventLog.putNumber(node, name, value));
    return node;
  }

  private static Accuracy accuracy(List<Verdict> verdicts, double confidence) {
    int correct = (int) verdicts.stream().filter(Verdict::correct).count();
    return Wilson.accuracy(correct, verdicts.size(), confidence);
  }

  private static double share(List<Verdict> verdicts, Predicate<Verdict> predicate) {
    return verdicts.isEmpty()
        ? Double.NaN
        : (double) verdicts.stream().filter(predicate).count() / verdicts.size();
  }
}
