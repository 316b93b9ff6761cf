package toolr0.eval.bfcl;

import static toolr0.eval.bfcl.BfclCategory.IRRELEVANCE;
import static toolr0.eval.bfcl.BfclCategory.LIVE_IRRELEVANCE;
import static toolr0.eval.bfcl.BfclCategory.LIVE_MULTIPLE;
import static toolr0.eval.bfcl.BfclCategory.LIVE_PARALLEL;
import static toolr0.eval.bfcl.BfclCategory.LIVE_PARALLEL_MULTIPLE;
import static toolr0.eval.bfcl.BfclCategory.LIVE_SIMPLE;
import static toolr0.eval.bfcl.BfclCategory.MULTIPLE;
import static toolr0.eval.bfcl.BfclCategory.PARALLEL;
import static toolr0.eval.bfcl.BfclCategory.PARALLEL_MULTIPLE;
import static toolr0.eval.bfcl.BfclCategory.SIMPLE_JAVA;
import static toolr0.eval.bfcl.BfclCategory.SIMPLE_JAVASCRIPT;
import static toolr0.eval.bfcl.BfclCategory.SIMPLE_PYTHON;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import toolr0.eval.EvaluationReport;
import toolr0.eval.EvaluationRun;
import toolr0.eval.OwnReport;
import toolr0.eval.Verdict;

/**
 * The leaderboard's aggregates and its result files. An aggregate is a figure only where every one
 * of its categories has tasks.
 */
final class BfclReport implements OwnReport {

  @Override
  public SortedMap<String, ToDoubleFunction<List<Verdict>>> aggregates() {
    SortedMap<String, ToDoubleFunction<List<Verdict>>> aggregates = new TreeMap<>();
    aggregates.put("bfcl_non_live_ast", verdicts -> nonLive(shares(verdicts)));
    aggregates.put("bfcl_live_ast", verdicts -> live(shares(verdicts)));
    aggregates.put(
        "bfcl_irrelevance", verdicts -> mean(shares(verdicts), IRRELEVANCE, LIVE_IRRELEVANCE));
    return aggregates;
  }

  @Override
  public void write(Path folder, EvaluationRun run, EvaluationReport report) throws IOException {
    ResultFiles.write(folder.resolve("result").resolve(run.sanitizedModel()), report.verdicts());
  }

  private record Share(long correct, long tasks) {
    static final Share NONE = new Share(0, 0);

    Share plus(Share other) {
      return new Share(correct + other.correct, tasks + other.tasks);
    }

    /** NaN without tasks. */
    double value() {
      return (double) correct / tasks;
    }
  }

  private static Map<String, Share> shares(List<Verdict> verdicts) {
    return verdicts.stream()
        .collect(
            Collectors.toMap(
                Verdict::category, v -> new Share(v.correct() ? 1 : 0, 1), Share::plus));
  }

  private static double nonLive(Map<String, Share> shares) {
    double simple = mean(shares, SIMPLE_PYTHON, SIMPLE_JAVA, SIMPLE_JAVASCRIPT);
    return DoubleStream.concat(
            DoubleStream.of(simple), values(shares, MULTIPLE, PARALLEL, PARALLEL_MULTIPLE))
        .average()
        .orElseThrow();
  }

  private static double live(Map<String, Share> shares) {
    List<Share> parts =
        Stream.of(LIVE_SIMPLE, LIVE_MULTIPLE, LIVE_PARALLEL, LIVE_PARALLEL_MULTIPLE)
            .map(category -> shares.getOrDefault(category.wireName(), Share.NONE))
            .toList();
    return parts.stream().anyMatch(Share.NONE::equals)
        ? Double.NaN
        : parts.stream().reduce(Share.NONE, Share::plus).value();
  }

  private static double mean(Map<String, Share> shares, BfclCategory... categories) {
    return values(shares, categories).average().orElseThrow();
  }

  private static DoubleStream values(Map<String, Share> shares, BfclCategory... categories) {
    return Stream.of(categories)
        .mapToDouble(c -> shares.getOrDefault(c.wireName(), Share.NONE).value());
  }
}
