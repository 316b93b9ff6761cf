package toolr0.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import toolr0.base.Text;

/**
 * Finds texts that are nearly the same: the Jaccard similarity of their sets of character n-grams
 * (case and compatibility variants folded, every digit 0, white space collapsed, one space around).
 * Candidates come from MinHash bands, so that a search does not look at every text; a pair at or
 * above a threshold of 0.7 is missed with probability below 0.001.
 */
public final class NearDuplicates {
  private static final int BANDS = 32;
  private static final int ROWS = 4;

  private final double threshold;
  private final int ngram;
  private final List<Set<String>> grams = new ArrayList<>();
  private final List<Map<Long, List<Integer>>> buckets = new ArrayList<>();

  /**
   * @param threshold similarity from which two texts count as the same, in (0, 1]
   * @param ngram characters in an n-gram, at least 1
   */
  public NearDuplicates(double threshold, int ngram) {
    if (!(threshold > 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "The similarity threshold must be above 0 and at most 1, it is " + threshold);
    }
    if (ngram < 1) {
      throw new IllegalArgumentException("n-grams have at least 1 character, not " + ngram);
    }
    this.threshold = threshold;
    this.ngram = ngram;
    for (int band = 0; band < BANDS; band++) {
      buckets.add(new HashMap<>());
    }
  }

  /**
   * The index of the most similar text added so far, if its similarity reaches the threshold; the
   * lowest index of equals.
   */
  public OptionalInt find(String text) {
    return find(NGrams.of(key(text), ngram));
  }

  /**
   * Adds a text unless a similar one is there. Returns the index of the similar one, or no value
   * when it was added.
   */
  public OptionalInt addUnlessFound(String text) {
    Set<String> set = NGrams.of(key(text), ngram);
    OptionalInt found = find(set);
    if (found.isEmpty()) {
      int index = grams.size();
      grams.add(set);
      long[] keys = bandKeys(set);
      for (int band = 0; band < BANDS; band++) {
        buckets.get(band).computeIfAbsent(keys[band], k -> new ArrayList<>()).add(index);
      }
    }
    return found;
  }

  /** Number of texts added. */
  public int size() {
    return grams.size();
  }

  /** The Jaccard similarity of two texts' n-grams, in [0, 1]. */
  public static double similarity(String a, String b, int ngram) {
    return NGrams.jaccard(NGrams.of(key(a), ngram), NGrams.of(key(b), ngram));
  }

  private OptionalInt find(Set<String> set) {
    long[] keys = bandKeys(set);
    Set<Integer> seen = new HashSet<>();
    int best = -1;
    double bestSimilarity = threshold;
    for (int band = 0; band < BANDS; band++) {
      for (int candidate : buckets.get(band).getOrDefault(keys[band], List.of())) {
        if (seen.add(candidate)) {
          double similarity = NGrams.jaccard(set, grams.get(candidate));
          if (similarity > bestSimilarity
              || (similarity == bestSimilarity && (best < 0 || candidate < best))) {
            best = candidate;
            bestSimilarity = similarity;
          }
        }
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private static long[] bandKeys(Set<String> set) {
    long[] minima = new long[BANDS * ROWS];
    Arrays.fill(minima, Long.MAX_VALUE);
    for (String gram : set) {
      long hash = gram.hashCode();
      for (int i = 0; i < minima.length; i++) {
        minima[i] = Math.min(minima[i], mix(hash ^ (0x9e3779b97f4a7c15L * (i + 1))));
      }
    }
    long[] keys = new long[BANDS];
    for (int band = 0; band < BANDS; band++) {
      long key = 0;
      for (int row = 0; row < ROWS; row++) {
        key = mix(key ^ minima[band * ROWS + row]);
      }
      keys[band] = key;
    }
    return keys;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static String key(String text) {
    return " " + Fingerprint.questionKey(Text.fold(text)) + " ";
  }
}
