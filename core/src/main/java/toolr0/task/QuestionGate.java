package toolr0.task;

import java.util.List;
import java.util.Optional;
import toolr0.base.Text;

/**
 * Tells questions from placeholders.
 *
 * @param minLength code points that a question has at least, white space at the ends apart
 * @param phrases texts, in any case, that only a copied prompt or template holds
 * @param templates whether a question that stands in brackets as a whole, or holds a template's
 *     marks such as "..." in brackets or a pair of double braces, counts as a placeholder
 */
public record QuestionGate(int minLength, List<String> phrases, boolean templates) {
  /** The published least length of a question. */
  public static final int PUBLISHED_MIN_LENGTH = 8;

  public QuestionGate {
    phrases = phrases.stream().map(Text::lowerCase).toList();
    if (minLength < 0) {
      throw new IllegalArgumentException("min_length must not be negative, it is " + minLength);
    }
  }

  /**
   * The mended gate; it also knows the wording that prompts use for a question still to be written.
   */
  public static QuestionGate standard() {
    return new QuestionGate(
        PUBLISHED_MIN_LENGTH,
        List.of(
            "control spec",
            "question here",
            "question goes here",
            "user question about",
            "generated user question",
            "your question",
            "tool-calling task",
            "private reasoning",
            "natural words of a user"),
        true);
  }

  /** The published gate of the Generator's reward. */
  public static QuestionGate published() {
    return new QuestionGate(
        PUBLISHED_MIN_LENGTH,
        List.of(
            "a generated user question",
            "generated user question]",
            "generated user question here",
            "private reasoning",
            "control spec",
            "rules to satisfy",
            "user question must be from the specified domain",
            "generate a new tool-calling task"),
        false);
  }

  /** The published gate of the dataset's validation (method section 5.1, step 4). */
  public static QuestionGate publishedDataset() {
    return new QuestionGate(
        PUBLISHED_MIN_LENGTH,
        List.of(
            "generated user question",
            "new tool-calling task",
            "without revealing your reasoning",
            "control spec",
            "rules to satisfy",
            "user question must be from the specified domain"),
        false);
  }

  /** The published gate before cross-verification (method section 5.2). */
  public static QuestionGate publishedVerification() {
    return new QuestionGate(
        PUBLISHED_MIN_LENGTH,
        List.of(
            "generated user question",
            "private reasoning",
            "new tool-calling task",
            "control spec",
            "rules to satisfy",
            "user question must be from the specified domain",
            "available_tools",
            "tool_call_answer"),
        false);
  }

  /** The published gate before the selection (method section 5.3). */
  public static QuestionGate publishedSelection() {
    return new QuestionGate(
        PUBLISHED_MIN_LENGTH,
        List.of(
            "generated user question",
            "private reasoning",
            "tool-calling task",
            "control spec",
            "rules to satisfy",
            "user question must be from the specified domain",
            "available_tools",
            "tool_call_answer"),
        false);
  }

  /** Whether a question is one; false for placeholders. */
  public boolean passes(String question) {
    return flaw(question).isEmpty();
  }

  /** Why a question is a placeholder, for people; empty when it is a question. */
  public Optional<String> flaw(String question) {
    String stripped = Text.strip(question);
    if (Text.length(stripped) < minLength) {
      return Optional.of("it has fewer than " + minLength + " characters");
    }
    String lower = Text.lowerCase(stripped);
    for (String phrase : phrases) {
      if (lower.contains(phrase)) {
        return Optional.of("it holds the prompt's words \"" + phrase + "\"");
      }
    }
    return templates && isTemplate(lower)
        ? Optional.of("it holds a template's brackets")
        : Optional.empty();
  }

  private static boolean isTemplate(String text) {
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    boolean bracketed =
        (first == '[' && last == ']')
            || (first == '<' && last == '>')
            || (first == '{' && last == '}');
    return bracketed || text.contains("{{") || text.contains("[...]") || text.contains("<...>");
  }
}
