package toolr0.pocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a byte-level BPE vocabulary: the most frequent pair of neighbours is merged again and
 * again, never across the pieces that {@link #PIECES} cuts text into. Equal counts are settled by
 * the pair's ids, so that a text has one vocabulary.
 */
public final class BpeTrainer {
  /**
   * What cuts text into pieces: a tag, a run of letters, up to two digits, marks with at most one
   * space after them, or white space. A word or a number therefore has the same tokens wherever it
   * stands, in a question or between the quotation marks of JSON. The same expression stands in
   * tokenizer.json.
   */
  public static final String PIECES =
      "</?[a-z_]+>|\\p{L}+|\\p{N}{1,2}|(?:[^\\s\\p{L}\\p{N}<]+|<) ?|\\s+";

  private static final Pattern PIECE = Pattern.compile(PIECES, Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, Long> pieces = new TreeMap<>();

  /** Counts the pieces of a text. */
  public void add(String text) {
    Matcher matcher = PIECE.matcher(text);
    while (matcher.find()) {
      pieces.merge(matcher.group(), 1L, Long::sum);
    }
  }

  /**
   * The vocabulary of the texts added so far.
   *
   * @param size number of tokens, the three special ones included, at least 259; fewer when no pair
   *     occurs twice
   */
  public BpeVocabulary train(int size) {
    int limit = size - BpeVocabulary.SPECIAL_TOKENS.size();
    if (limit < 256) {
      throw new IllegalArgumentException("a vocabulary needs at least 259 tokens, not " + size);
    }
    var tokens = new ArrayList<byte[]>();
    for (int b = 0; b < 256; b++) {
      tokens.add(new byte[] {(byte) b});
    }
    var known = new HashMap<String, Integer>();
    var merges = new ArrayList<BpeVocabulary.Merge>();
    var words = new ArrayList<int[]>();
    long[] counts = new long[pieces.size()];
    pieces.forEach(
        (piece, count) -> {
          byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
          int[] ids = new int[bytes.length];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes[i] & 0xff;
          }
          counts[words.size()] = count;
          words.add(ids);
        });
    long[] pairs = new long[limit * limit];
    for (int w = 0; w < counts.length; w++) {
      count(words.get(w), counts[w], pairs, limit);
    }
    while (tokens.size() < limit) {
      int best = mostFrequent(pairs, tokens.size(), limit);
      if (pairs[best] < 2) {
        break;
      }
      int left = best / limit;
      int right = best % limit;
      byte[] bytes = joined(tokens.get(left), tokens.get(right));
      int merged = known.computeIfAbsent(Arrays.toString(bytes), b -> tokens.size());
      if (merged == tokens.size()) {
        tokens.add(bytes);
      }
      merges.add(new BpeVocabulary.Merge(left, right));
      for (int w = 0; w < counts.length; w++) {
        int[] before = words.get(w);
        int[] after = apply(before, left, right, merged);
        if (!Arrays.equals(after, before)) {
          count(before, -counts[w], pairs, limit);
          count(after, counts[w], pairs, limit);
          words.set(w, after);
        }
      }
    }
    return new BpeVocabulary(tokens, merges);
  }

  private static void count(int[] word, long times, long[] pairs, int limit) {
    for (int i = 0; i + 1 < word.length; i++) {
      pairs[word[i] * limit + word[i + 1]] += times;
    }
  }

  private static int mostFrequent(long[] pairs, int tokens, int limit) {
    int best = 0;
    for (int left = 0; left < tokens; left++) {
      for (int pair = left * limit; pair < left * limit + tokens; pair++) {
        if (pairs[pair] > pairs[best]) {
          best = pair;
        }
      }
    }
    return best;
  }

  /** The word with the pair merged wherever it stands; the same array when it does not. */
  @SuppressWarnings("ReferenceEquality")
  private static int[] apply(int[] word, int left, int right, int merged) {
    int[] out = word;
    int length = 0;
    for (int i = 0; i < word.length; i++) {
      if (i + 1 < word.length && word[i] == left && word[i + 1] == right) {
        out = out == word ? word.clone() : out;
        out[length++] = merged;
        i++;
      } else {
        out[length++] = word[i];
      }
    }
    return length == word.length ? word : Arrays.copyOf(out, length);
  }

  private static byte[] joined(byte[] left, byte[] right) {
    byte[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }
}
