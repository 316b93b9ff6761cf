package toolr0.eval;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an answer is worth.
 *
 * @param strict whether it is right as the benchmark's headline figure counts
 * @param equivalent whether it is right once schema defaults are filled in and values are turned
 *     into the declared types
 * @param own further scores by the benchmark's own rules, each in [0, 1], by metric name; averaged
 *     over the tasks that have them
 * @param overlaps counts of the corpus-level F1 figures, by metric name
 * @param error why it is not right as the headline counts, a short code; empty when it is right
 */
public record Grades(
    boolean strict,
    boolean equivalent,
    SortedMap<String, Double> own,
    SortedMap<String, Overlap> overlaps,
    Optional<String> error) {
  public Grades {
    own = Collections.unmodifiableSortedMap(new TreeMap<>(own));
    overlaps = Collections.unmodifiableSortedMap(new TreeMap<>(overlaps));
  }

  /** Grades by the two modes that every benchmark has. */
  public static Grades of(boolean strict, boolean equivalent, String errorUnlessStrict) {
    return new Grades(
        strict,
        equivalent,
        new TreeMap<>(),
        new TreeMap<>(),
        strict ? Optional.empty() : Optional.of(errorUnlessStrict));
  }

  /** The grades of a task that was not asked: every score is 0, and nothing was predicted. */
  Grades notAsked(String reason) {
    SortedMap<String, Double> zeros = new TreeMap<>(own);
    zeros.replaceAll((metric, score) -> 0.0);
    SortedMap<String, Overlap> unmatched = new TreeMap<>(overlaps);
    unmatched.replaceAll((metric, o) -> new Overlap(0, 0, o.gold()));
    return new Grades(false, false, zeros, unmatched, Optional.of(reason));
  }

  /** The same with one more score of the benchmark's own. */
  public Grades with(String metric, double score) {
    SortedMap<String, Double> more = new TreeMap<>(own);
    more.put(metric, score);
    return new Grades(strict, equivalent, more, overlaps, error);
  }

  /** The same with one more score of the benchmark's own: 1 for right and 0 for wrong. */
  public Grades with(String metric, boolean right) {
    return with(metric, right ? 1 : 0);
  }

  /** The same with one more overlap. */
  public Grades with(String metric, Overlap overlap) {
    SortedMap<String, Overlap> more = new TreeMap<>(overlaps);
    more.put(metric, overlap);
    return new Grades(strict, equivalent, own, more, error);
  }
}
