package toolr0.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Text;
import toolr0.task.NGrams;

/**
 * The penalty for questions that resemble others of the same batch (method section 4.6): questions
 * closer than a distance are joined to clusters, and each pays in proportion to its cluster's share
 * of the batch.
 *
 * @param weight lambda, the penalty when the whole batch is one cluster, at least 0
 * @param distance 1 - Jaccard similarity of n-grams below which two questions are joined, in [0, 1]
 * @param ngram characters in an n-gram, at least 1
 * @param asciiOnly whether letters outside a-z are left out of the comparison
 */
public record RepetitionPenalty(double weight, double distance, int ngram, boolean asciiOnly) {
  private static final List<String> TAG_WORDS = List.of("available_tools", "tool_call_answer");
  private static final String PUNCTUATION = ".,;:!?-'\"";

  public RepetitionPenalty {
    if (!(weight >= 0)) {
      throw new IllegalArgumentException("repetition weight must not be negative, it is " + weight);
    }
    if (!(distance >= 0 && distance <= 1)) {
      throw new IllegalArgumentException(
          "repetition distance must be between 0 and 1, it is " + distance);
    }
    if (ngram < 1) {
      throw new IllegalArgumentException("repetition ngram must be at least 1, it is " + ngram);
    }
  }

  /** The published constants for text of any script. */
  public static RepetitionPenalty standard() {
    return new RepetitionPenalty(0.2, 0.3, 3, false);
  }

  /** The published constants: lambda 0.2, distance 0.3, 3-grams. */
  public static RepetitionPenalty published() {
    return new RepetitionPenalty(0.2, 0.3, 3, true);
  }

  /**
   * The penalty of each completion, at most 0.
   *
   * @param questions the questions of a batch, empty where the completion has none; those pay
   *     nothing but count in the batch's size
   */
  public double[] penalties(List<Optional<String>> questions) {
    double[] penalties = new double[questions.size()];
    List<Integer> valid = new ArrayList<>();
    List<Set<String>> grams = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      if (questions.get(i).filter(q -> !q.isBlank()).isPresent()) {
        valid.add(i);
        grams.add(grams(questions.get(i).get()));
      }
    }
    if (valid.size() <= 1) {
      return penalties;
    }
    int[] parent = new int[valid.size()];
    int[] size = new int[valid.size()];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
    }
    for (int i = 0; i < parent.length; i++) {
      for (int j = i + 1; j < parent.length; j++) {
        if (1 - NGrams.jaccard(grams.get(i), grams.get(j)) < distance) {
          parent[root(parent, i)] = root(parent, j);
        }
      }
    }
    for (int i = 0; i < parent.length; i++) {
      size[root(parent, i)]++;
    }
    for (int i = 0; i < parent.length; i++) {
      penalties[valid.get(i)] = -weight * size[root(parent, i)] / questions.size();
    }
    return penalties;
  }

  /** The Jaccard similarity of two questions' n-grams, in [0, 1]. */
  public double similarity(String a, String b) {
    return NGrams.jaccard(grams(a), grams(b));
  }

  private Set<String> grams(String question) {
    return NGrams.of(" " + normalise(question) + " ", ngram);
  }

  private static int root(int[] parent, int i) {
    int at = i;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  private String normalise(String question) {
    String text = Text.lowerCase(question);
    for (String word : TAG_WORDS) {
      text = text.replace(word, "");
    }
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().filter(this::isKept).forEach(out::appendCodePoint);
    return Text.collapse(out.toString());
  }

  private boolean isKept(int c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z')
          || (c >= '0' && c <= '9')
          || Text.isSpace(c)
          || PUNCTUATION.indexOf(c) >= 0;
    }
    return Text.isSpace(c) || (!asciiOnly && Character.isLetterOrDigit(c));
  }
}
