package toolr0.curriculum;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.task.Fingerprint;
import toolr0.task.NearDuplicates;
import toolr0.task.QualityScore;
import toolr0.task.Task;

/**
 * Keeps the best of each set of equal tasks, by {@link QualityScore}, and one of each set of
 * questions nearly alike, the first.
 */
final class Deduplicator {
  static final String DUPLICATE = "duplicate";
  static final String NEAR_DUPLICATE = "near_duplicate";

  private static final int NGRAM = 3;

  private Deduplicator() {}

  /**
   * The indices of the candidates that are left when equal tasks go: set by set in the order of
   * their first members, inside a set the best first and of equally good ones the earlier.
   *
   * @param part the fingerprint by which tasks count as equal
   * @param keep how many of a set stay
   */
  static List<Integer> kept(List<Candidate> candidates, Fingerprint.Part part, int keep) {
    record Rated(int index, double quality) {}
    Map<String, List<Rated>> sets = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      if (candidate.task().isPresent()) {
        Task task = candidate.task().get();
        sets.computeIfAbsent(Fingerprint.of(task).part(part), f -> new ArrayList<>())
            .add(new Rated(candidate.index(), QualityScore.of(task)));
      }
    }
    return sets.values().stream()
        .flatMap(
            set -> set.stream().sorted(Comparator.comparingDouble(r -> -r.quality())).limit(keep))
        .map(Rated::index)
        .toList();
  }

  /**
   * The reason why each dropped candidate goes, by index. Only candidates with a task are looked
   * at.
   */
  static SortedMap<Integer, String> dropped(
      List<Candidate> candidates, Fingerprint.Part part, int keep, double maxSimilarity) {
    Set<Integer> kept = new HashSet<>(kept(candidates, part, keep));
    SortedMap<Integer, String> dropped = new TreeMap<>();
    NearDuplicates seen = new NearDuplicates(Math.max(maxSimilarity, Double.MIN_NORMAL), NGRAM);
    for (Candidate candidate : candidates) {
      if (candidate.task().isEmpty()) {
        continue;
      }
      if (!kept.contains(candidate.index())) {
        dropped.put(candidate.index(), DUPLICATE);
      } else if (maxSimilarity < 1
          && seen.addUnlessFound(candidate.task().get().question()).isPresent()) {
        dropped.put(candidate.index(), NEAR_DUPLICATE);
      }
    }
    return dropped;
  }
}
