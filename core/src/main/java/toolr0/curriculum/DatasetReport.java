package toolr0.curriculum;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.base.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened to an iteration's candidates; the counts add up: generated + replayed = kept + all
 * that was dropped.
 *
 * @param generated completions sampled
 * @param checked candidates that hold a sound task
 * @param replayed tasks of earlier iterations that were verified again
 * @param unique of both, those left when equal and nearly equal ones are gone
 * @param verified those that the Solver's answers agree with
 * @param kept tasks selected
 * @param keptReplayed those of them that are from earlier iterations
 * @param wanted tasks that were asked for
 * @param dropped candidates dropped, by reason
 * @param examples one dropped candidate per reason, in words; none of those that were only not
 *     selected
 * @param verifiedByDifficulty tasks verified, by difficulty
 * @param keptByDifficulty tasks selected, by difficulty
 * @param keptByDomain tasks selected, by domain
 * @param keptByCalls tasks selected, by number of gold calls
 * @param meanSuccessRate of the selected tasks; NaN when there are none
 */
public record DatasetReport(
    int generated,
    int checked,
    int replayed,
    int unique,
    int verified,
    int kept,
    int keptReplayed,
    int wanted,
    SortedMap<String, Integer> dropped,
    SortedMap<String, String> examples,
    SortedMap<String, Integer> verifiedByDifficulty,
    SortedMap<String, Integer> keptByDifficulty,
    SortedMap<String, Integer> keptByDomain,
    SortedMap<String, Integer> keptByCalls,
    double meanSuccessRate) {
  public DatasetReport {
    dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
    examples = Collections.unmodifiableSortedMap(new TreeMap<>(examples));
    verifiedByDifficulty = Collections.unmodifiableSortedMap(new TreeMap<>(verifiedByDifficulty));
    keptByDifficulty = Collections.unmodifiableSortedMap(new TreeMap<>(keptByDifficulty));
    keptByDomain = Collections.unmodifiableSortedMap(new TreeMap<>(keptByDomain));
    keptByCalls = Collections.unmodifiableSortedMap(new TreeMap<>(keptByCalls));
  }

  /** The content of the dataset's {@code report.json}. */
  public ObjectNode toJson() {
    ObjectNode node = Json.object();
    node.put("generated", generated);
    node.put("checked", checked);
    node.put("replayed", replayed);
    node.put("unique", unique);
    node.put("verified", verified);
    node.put("kept", kept);
    node.put("kept_replayed", keptReplayed);
    node.put("wanted", wanted);
    node.put("enough", kept >= wanted);
    counts(node.putObject("dropped"), dropped);
    ObjectNode examplesNode = node.putObject("examples");
    examples.forEach(examplesNode::put);
    counts(node.putObject("verified_by_difficulty"), verifiedByDifficulty);
    counts(node.putObject("kept_by_difficulty"), keptByDifficulty);
    counts(node.putObject("kept_by_domain"), keptByDomain);
    counts(node.putObject("kept_by_calls"), keptByCalls);
    if (Double.isFinite(meanSuccessRate)) {
      node.put("mean_success_rate", meanSuccessRate);
    }
    return node;
  }

  /**
   * The counts under the names of metrics: {@code dataset/generated}, {@code
   * dataset/dropped/REASON} and so on.
   */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("dataset/generated", (double) generated);
    metrics.put("dataset/checked", (double) checked);
    metrics.put("dataset/replayed", (double) replayed);
    metrics.put("dataset/unique", (double) unique);
    metrics.put("dataset/verified", (double) verified);
    metrics.put("dataset/kept", (double) kept);
    metrics.put("dataset/kept_replayed", (double) keptReplayed);
    metrics.put("dataset/wanted", (double) wanted);
    dropped.forEach((reason, count) -> metrics.put("dataset/dropped/" + reason, (double) count));
    keptByDifficulty.forEach(
        (difficulty, count) -> metrics.put("dataset/kept/" + difficulty, (double) count));
    return metrics;
  }

  /** The drops in words, most frequent first: "120 missing_block, 31 duplicate". */
  String drops() {
    return dropped.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .map(e -> e.getValue() + " " + e.getKey())
        .reduce((a, b) -> a + ", " + b)
        .orElse("nothing");
  }

  /** An example of the most frequent reason. */
  String commonestExample() {
    return dropped.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(e -> examples.getOrDefault(e.getKey(), ""))
        .orElse("");
  }

  private static void counts(ObjectNode node, SortedMap<String, Integer> counts) {
    counts.forEach(node::put);
  }
}
