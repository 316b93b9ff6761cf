package toolr0.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.run.Accuracy;
import toolr0.run.EventLog;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one model did on one benchmark, and the figures over it.
 *
 * @param model which checkpoint, for people
 * @param confidence of the intervals, in (0, 1)
 * @param verdicts one per answered task, in the benchmark's order; at least one
 * @param failed the tasks that got no answer; they are in no figure
 */
public record EvaluationReport(
    Benchmark benchmark,
    String model,
    double confidence,
    List<Verdict> verdicts,
    List<FailedTask> failed) {
  private static final Seed BOOTSTRAP = new Seed(1234);

  public EvaluationReport {
    verdicts = List.copyOf(verdicts);
    failed = List.copyOf(failed);
  }

  /** A report of which every task was answered. */
  public EvaluationReport(
      Benchmark benchmark, String model, double confidence, List<Verdict> verdicts) {
    this(benchmark, model, confidence, verdicts, List.of());
  }

  /** Exact match over all tasks (the micro average), with Wilson's interval. */
  public Accuracy overall() {
    return accuracy(verdicts);
  }

  /** Exact match per category, with Wilson's interval. */
  public SortedMap<String, Accuracy> categories() {
    SortedMap<String, Accuracy> categories = new TreeMap<>();
    byCategory().forEach((name, list) -> categories.put(name, accuracy(list)));
    return categories;
  }

  /** The verdicts of each category. */
  public SortedMap<String, List<Verdict>> byCategory() {
    SortedMap<String, List<Verdict>> byCategory = new TreeMap<>();
    for (Verdict verdict : verdicts) {
      byCategory.computeIfAbsent(verdict.category(), c -> new ArrayList<>()).add(verdict);
    }
    return byCategory;
  }

  /** The verdicts on tasks whose gold asks for what was not offered. */
  public List<Verdict> unanswerable() {
    return verdicts.stream().filter(v -> v.task().unanswerable().isPresent()).toList();
  }

  /** The failed tasks of each category that has some. */
  public SortedMap<String, List<FailedTask>> failedByCategory() {
    SortedMap<String, List<FailedTask>> byCategory = new TreeMap<>();
    for (FailedTask task : failed) {
      byCategory.computeIfAbsent(task.task().category(), c -> new ArrayList<>()).add(task);
    }
    return byCategory;
  }

  /** Mean of the categories' exact match. */
  public double macroAverage() {
    return categories().values().stream()
        .mapToDouble(Accuracy::exactMatch)
        .average()
        .orElse(Double.NaN);
  }

  /** Share of answers that are right once defaults and declared types are taken into account. */
  public double equivalent() {
    return share(v -> true, v -> v.grades().equivalent());
  }

  /** Share of answers from which calls could be read. */
  public double parseRate() {
    return share(v -> true, Verdict::parsed);
  }

  /** Share of answers that call the right tools. */
  public double nameAccuracy() {
    return share(v -> true, Verdict::rightTools);
  }

  /** Share of tasks without a fitting tool that were answered rightly; NaN when there are none. */
  public double irrelevance() {
    return share(Verdict::noTool, Verdict::correct);
  }

  /** Share of tasks with a fitting tool where no tool was called; NaN when there are none. */
  public double falseRefusals() {
    return share(v -> !v.noTool(), Verdict::refused);
  }

  /** Share of tasks whose prompt does not fit the context; they count as wrong. */
  public double tooLong() {
    return share(v -> true, v -> !v.fits());
  }

  /** Mean tokens of an answer; NaN when the model tells of none. */
  public double meanLength() {
    return meanLength(verdicts);
  }

  /** Mean tokens of those answers whose length is known; NaN when none is. */
  static double meanLength(List<Verdict> verdicts) {
    return verdicts.stream()
        .map(Verdict::tokens)
        .flatMapToInt(OptionalInt::stream)
        .average()
        .orElse(Double.NaN);
  }

  /** The figures beside exact match, by metric name; the benchmark's own rules included. */
  public SortedMap<String, Double> more() {
    SortedMap<String, Double> more = new TreeMap<>();
    more.put("equivalent", equivalent());
    more.put("parse_rate", parseRate());
    more.put("name_accuracy", nameAccuracy());
    more.put("macro_average", macroAverage());
    more.put("irrelevance", irrelevance());
    more.put("false_refusals", falseRefusals());
    more.put("mean_length", meanLength());
    more.put("too_long", tooLong());
    ownMetrics().forEach(name -> more.put(name, own(verdicts, name)));
    overlapMetrics().forEach(name -> more.put(name + "_f1", overlap(verdicts, name).f1()));
    benchmark
        .own()
        .aggregates()
        .forEach((name, statistic) -> more.put(name, statistic.applyAsDouble(verdicts)));
    return more;
  }

  /**
   * All shares with bootstrap intervals: strict, equivalent, their macro averages, irrelevance,
   * false refusals, parse rate, prompts that do not fit, and the benchmark's own rules and
   * aggregates. Tasks are drawn within their categories.
   */
  public List<Figure> figures() {
    List<Figure> figures = figures(verdicts, true);
    benchmark
        .own()
        .aggregates()
        .forEach((name, statistic) -> figures.add(figure(name, verdicts, statistic)));
    return figures;
  }

  /** The same figures over one category; none when none of its tasks was answered. */
  public List<Figure> figures(String category) {
    List<Verdict> answered = byCategory().getOrDefault(category, List.of());
    return answered.isEmpty() ? List.of() : figures(answered, false);
  }

  private List<Figure> figures(List<Verdict> list, boolean withMacro) {
    List<Figure> figures = new ArrayList<>();
    figures.add(figure("strict", list, all -> mean(all, v -> true, Verdict::correct)));
    figures.add(figure("equivalent", list, all -> mean(all, v -> true, EvaluationReport::equal)));
    if (withMacro) {
      figures.add(figure("strict_macro", list, all -> macro(all, Verdict::correct)));
      figures.add(figure("equivalent_macro", list, all -> macro(all, EvaluationReport::equal)));
    }
    figures.add(figure("irrelevance", list, all -> mean(all, Verdict::noTool, Verdict::correct)));
    figures.add(
        figure("false_refusals", list, all -> mean(all, v -> !v.noTool(), Verdict::refused)));
    figures.add(figure("parse_rate", list, all -> mean(all, v -> true, Verdict::parsed)));
    figures.add(figure("too_long", list, all -> mean(all, v -> true, v -> !v.fits())));
    for (String name : ownMetrics()) {
      figures.add(figure(name, list, all -> own(all, name)));
    }
    for (String name : overlapMetrics()) {
      figures.add(figure(name + "_precision", list, all -> overlap(all, name).precision()));
      figures.add(figure(name + "_recall", list, all -> overlap(all, name).recall()));
      figures.add(figure(name + "_f1", list, all -> overlap(all, name).f1()));
    }
    return figures;
  }

  private Figure figure(
      String name, List<Verdict> list, ToDoubleFunction<List<Verdict>> statistic) {
    SortedMap<String, List<Integer>> byCategory = new TreeMap<>();
    for (int i = 0; i < list.size(); i++) {
      byCategory.computeIfAbsent(list.get(i).category(), c -> new ArrayList<>()).add(i);
    }
    int[][] strata =
        byCategory.values().stream()
            .map(s -> s.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
    Interval interval =
        Bootstrap.interval(
            strata,
            drawn -> statistic.applyAsDouble(IntStream.of(drawn).mapToObj(list::get).toList()),
            confidence,
            BOOTSTRAP.derive(name));
    return new Figure(name, statistic.applyAsDouble(list), interval, list.size());
  }

  private static boolean equal(Verdict verdict) {
    return verdict.grades().equivalent();
  }

  private static double mean(
      List<Verdict> list, Predicate<Verdict> counted, Predicate<Verdict> right) {
    int n = 0;
    int correct = 0;
    for (Verdict verdict : list) {
      if (counted.test(verdict)) {
        n++;
        correct += right.test(verdict) ? 1 : 0;
      }
    }
    return n == 0 ? Double.NaN : (double) correct / n;
  }

  private static double macro(List<Verdict> list, Predicate<Verdict> right) {
    SortedMap<String, int[]> counts = new TreeMap<>();
    for (Verdict verdict : list) {
      int[] count = counts.computeIfAbsent(verdict.category(), c -> new int[2]);
      count[0]++;
      count[1] += right.test(verdict) ? 1 : 0;
    }
    return counts.values().stream()
        .mapToDouble(c -> (double) c[1] / c[0])
        .average()
        .orElse(Double.NaN);
  }

  private SortedSet<String> ownMetrics() {
    SortedSet<String> names = new TreeSet<>();
    verdicts.forEach(v -> names.addAll(v.grades().own().keySet()));
    return names;
  }

  private SortedSet<String> overlapMetrics() {
    SortedSet<String> names = new TreeSet<>();
    verdicts.forEach(v -> names.addAll(v.grades().overlaps().keySet()));
    return names;
  }

  private static double own(List<Verdict> list, String name) {
    double sum = 0;
    int n = 0;
    for (Verdict verdict : list) {
      Double score = verdict.grades().own().get(name);
      if (score != null) {
        sum += score;
        n++;
      }
    }
    return n == 0 ? Double.NaN : sum / n;
  }

  private static Overlap overlap(List<Verdict> list, String name) {
    Overlap sum = Overlap.NONE;
    for (Verdict verdict : list) {
      sum = sum.plus(verdict.grades().overlaps().getOrDefault(name, Overlap.NONE));
    }
    return sum;
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
      line.put("equivalent", verdict.grades().equivalent());
      EvaluationFiles.putTokens(line, verdict);
      line.put("fits", verdict.fits());
      verdict.tooLong().ifPresent(reason -> line.put("too_long", reason));
      line.put("answer", verdict.answer());
    }
    return node;
  }

  /** The figures alone as JSON. */
  public ObjectNode figuresJson() {
    ObjectNode node = Json.object();
    node.put("benchmark", benchmark.name());
    node.put("model", model);
    node.setAll(EventLog.accuracy(overall()));
    ObjectNode byCategory = node.putObject("categories");
    categories().forEach((name, accuracy) -> byCategory.set(name, EventLog.accuracy(accuracy)));
    more().forEach((name, value) -> EventLog.putNumber(node, name, value));
    if (!failed.isEmpty()) {
      node.put("failed", failed.size());
    }
    return node;
  }

  private Accuracy accuracy(List<Verdict> list) {
    int correct = (int) list.stream().filter(Verdict::correct).count();
    return Wilson.accuracy(correct, list.size(), confidence);
  }

  private double share(Predicate<Verdict> counted, Predicate<Verdict> right) {
    return mean(verdicts, counted, right);
  }
}
