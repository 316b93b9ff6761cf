package toolr0.eval;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import toolr0.base.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An evaluation in the schema of lm-evaluation-harness's {@code results.json}: a benchmark is a
 * group, its categories are its tasks, and a metric is {@code "NAME,none"} with its standard error
 * beside it. The ends of the bootstrap interval follow as {@code "NAME_ci_low,none"} and {@code
 * "NAME_ci_high,none"}. The mean number of tokens of an answer is {@code "mean_length,none"}. In
 * {@code n-samples}, {@code original} counts the tasks before a limit, and those that got no answer
 * are {@code failed} and not {@code effective}; a benchmark's {@code unreadable} are the records
 * that gave no task. In {@code config}, {@code remark} is how the model was asked otherwise than
 * the settings say.
 */
final class HarnessResults {
  private static final String FILTER = ",none";
  private static final Set<String> LOWER_IS_BETTER = Set.of("false_refusals", "too_long");
  private static final double MILLIS = 1e3;

  private HarnessResults() {}

  static ObjectNode toJson(EvaluationRun run) {
    ObjectNode root = Json.object();
    ObjectNode results = root.putObject("results");
    ObjectNode groups = root.putObject("groups");
    ObjectNode subtasks = root.putObject("group_subtasks");
    ObjectNode configs = root.putObject("configs");
    ObjectNode versions = root.putObject("versions");
    ObjectNode shots = root.putObject("n-shot");
    ObjectNode better = root.putObject("higher_is_better");
    ObjectNode samples = root.putObject("n-samples");
    for (Figures figures : run.figures()) {
      EvaluationReport report = figures.report();
      String group = report.benchmark().name();
      ObjectNode whole = metrics(figures.whole(), group, report.verdicts());
      results.set(group, whole);
      groups.set(group, whole);
      ArrayNode names = subtasks.putArray(group);
      versions.put(group, 1);
      shots.put(group, 0);
      better.set(group, directions(figures.whole()));
      Map<String, List<Verdict>> answered = report.byCategory();
      Map<String, List<FailedTask>> failed = report.failedByCategory();
      SortedSet<String> categories = new TreeSet<>(answered.keySet());
      categories.addAll(failed.keySet());
      for (String category : categories) {
        String task = group + "_" + category;
        List<Figure> own = figures.of(category);
        List<Verdict> verdicts = answered.getOrDefault(category, List.of());
        names.add(task);
        results.set(task, metrics(own, " - " + category, verdicts));
        configs.set(task, config(run, task, group));
        versions.put(task, 1);
        shots.put(task, 0);
        better.set(task, directions(own));
        int effective = verdicts.size();
        int lost = failed.getOrDefault(category, List.of()).size();
        samples
            .putObject(task)
            .put("original", report.benchmark().sizes().getOrDefault(category, effective + lost))
            .put("effective", effective)
            .put("failed", lost);
      }
      samples
          .putObject(group)
          .put("original", report.benchmark().size())
          .put("effective", report.verdicts().size())
          .put("failed", report.failed().size())
          .put("unreadable", report.benchmark().unreadable().size());
    }
    root.set("config", config(run));
    root.put("date", run.started().toEpochMilli() / MILLIS);
    root.put("model_source", "toolr0");
    root.put("model_name", run.model());
    root.put("model_name_sanitized", run.sanitizedModel());
    root.put("total_evaluation_time_seconds", Double.toString(run.took().toMillis() / MILLIS));
    ObjectNode environment = root.putObject("versions_of_program");
    run.versions().forEach(environment::put);
    return root;
  }

  private static ObjectNode metrics(List<Figure> figures, String alias, List<Verdict> verdicts) {
    ObjectNode node = Json.object();
    node.put("alias", alias);
    for (Figure figure : figures) {
      if (!Double.isNaN(figure.value())) {
        node.put(figure.name() + FILTER, figure.value());
        node.put(figure.name() + "_stderr" + FILTER, figure.standardError());
        node.put(figure.name() + "_ci_low" + FILTER, figure.interval().low());
        node.put(figure.name() + "_ci_high" + FILTER, figure.interval().high());
      }
    }
    double length = EvaluationReport.meanLength(verdicts);
    if (!Double.isNaN(length)) {
      node.put("mean_length" + FILTER, length);
    }
    return node;
  }

  private static ObjectNode directions(List<Figure> figures) {
    ObjectNode node = Json.object();
    for (Figure figure : figures) {
      node.put(figure.name(), !LOWER_IS_BETTER.contains(figure.name()));
    }
    return node;
  }

  private static ObjectNode config(EvaluationRun run, String task, String group) {
    ObjectNode node = Json.object();
    node.put("task", task);
    node.put("group", group);
    node.put("output_type", "generate_until");
    node.put("num_fewshot", 0);
    node.set("generation_kwargs", generation(run));
    return node;
  }

  private static ObjectNode config(EvaluationRun run) {
    ObjectNode node = Json.object();
    node.put("model", "toolr0");
    node.put("model_args", "pretrained=" + run.model() + ",prompts=" + run.prompts());
    if (run.limit().isPresent()) {
      node.put("limit", run.limit().get());
    } else {
      node.putNull("limit");
    }
    run.remark().ifPresent(remark -> node.put("remark", remark));
    node.put("bootstrap_iters", Bootstrap.RESAMPLES);
    run.reports().stream().findFirst().ifPresent(r -> node.put("confidence", r.confidence()));
    node.set("gen_kwargs", generation(run));
    return node;
  }

  private static ObjectNode generation(EvaluationRun run) {
    ObjectNode node = Json.object();
    node.put("do_sample", false);
    node.put("max_gen_toks", run.maxCompletionLength());
    return node;
  }
}
