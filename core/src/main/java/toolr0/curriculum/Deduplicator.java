package toolr0.curriculum;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.task.Fingerprint;
import toolr0.task.NearDuplicates;
import toolr0.task.QualityScore;
import toolr0.task.Task;

/**
 * Keeps one of each set of equal tasks, the best by {@link QualityScore}, and one of each set of
 * questions nearly alike, the first.
 */
final class Deduplicator {
  static final String DUPLICATE = "duplicate";
  static final String NEAR_DUPLICATE = "near_duplicate";

  private static final int NGRAM = 3;

  private Deduplicator() {}

  /**
   * The reason why each dropped candidate goes, by index. Only candidates with a task are looked
   * at.
   */
  static SortedMap<Integer, String> dropped(List<Candidate> candidates, double maxSimilarity) {
    Map<String, Candidate> best = new HashMap<>();
    SortedMap<Integer, String> dropped = new TreeMap<>();
    for (Candidate candidate : candidates) {
      if (candidate.task().isPresent()) {
        Task task = candidate.task().get();
        best.merge(
            Fingerprint.of(task).combined(), candidate, (a, b) -> quality(b) > quality(a) ? b : a);
      }
    }
    NearDuplicates seen = new NearDuplicates(Math.max(maxSimilarity, Double.MIN_NORMAL), NGRAM);
    for (Candidate candidate : candidates) {
      if (candidate.task().isEmpty()) {
        continue;
      }
      Task task = candidate.task().get();
      Candidate kept = best.getOrDefault(Fingerprint.of(task).combined(), candidate);
      if (kept.index() != candidate.index()) {
        dropped.put(candidate.index(), DUPLICATE);
      } else if (maxSimilarity < 1 && seen.addUnlessFound(task.question()).isPresent()) {
        dropped.put(candidate.index(), NEAR_DUPLICATE);
      }
    }
    return dropped;
  }

  private static double quality(Candidate candidate) {
    return candidate.task().map(QualityScore::of).orElse(0.0);
  }
}
