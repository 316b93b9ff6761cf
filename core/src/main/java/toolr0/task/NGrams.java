package toolr0.task;

import java.util.HashSet;
import java.util.Set;

/** Sets of character n-grams and their similarity. */
public final class NGrams {
  private NGrams() {}

  /** The n-grams of a text in code points; a text shorter than n has none. */
  public static Set<String> of(String text, int n) {
    int[] codePoints = text.codePoints().toArray();
    Set<String> grams = new HashSet<>();
    for (int i = 0; i + n <= codePoints.length; i++) {
      grams.add(new String(codePoints, i, n));
    }
    return grams;
  }

  /** The share of common elements in the union; two empty sets are equal. */
  public static double jaccard(Set<String> a, Set<String> b) {
    if (a.isEmpty() && b.isEmpty()) {
      return 1;
    }
    Set<String> smaller = a.size() <= b.size() ? a : b;
    Set<String> larger = a.size() <= b.size() ? b : a;
    int common = 0;
    for (String gram : smaller) {
      if (larger.contains(gram)) {
        common++;
      }
    }
    return (double) common / (a.size() + b.size() - common);
  }
}
