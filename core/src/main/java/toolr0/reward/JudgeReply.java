package toolr0.reward;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.Text;

/** Reads the score from 1 to 5 in a judge's reply. */
public final class JudgeReply {
  /** The score that the published code gives when no reply can be read. */
  public static final int DEFAULT_SCORE = 3;

  private static final Pattern STRICT =
      Pattern.compile(
          "(?:score\\s?[:=]?\\s?)?([1-5])(?:\\s?/\\s?5)?[.!]?", Pattern.CASE_INSENSITIVE);
  private static final int MAX_SCORE = 5;
  private static final int SHOWN = 60;
  private static final List<String> NUMBER_WORDS = List.of("one", "two", "three", "four", "five");

  private JudgeReply() {}

  /** How a reply is read. */
  public enum Reading {
    /** {@link JudgeReply#strict}. */
    STRICT,
    /** {@link JudgeReply#published}. */
    PUBLISHED
  }

  /** What follows when no reply of any attempt can be read (method section 9.1, number 18). */
  public enum OnFailure {
    /** The judge has failed, and the completion is not scored. */
    UNSCORED,
    /** The score is {@link #DEFAULT_SCORE}. */
    DEFAULT_SCORE
  }

  /**
   * What the replies of all attempts come to: the first that can be read, else what follows when
   * none can.
   *
   * @param replies at least one, in the order of the attempts
   */
  public static JudgeOutcome outcome(List<String> replies, Reading reading, OnFailure onFailure) {
    for (String reply : replies) {
      OptionalInt score = read(reply, reading);
      if (score.isPresent()) {
        return new JudgeOutcome.Scored(score.getAsInt());
      }
    }
    return switch (onFailure) {
      case UNSCORED ->
          new JudgeOutcome.Failed(
              "the reply \""
                  + Text.shorten(Text.collapse(replies.getLast()), SHOWN)
                  + "\" is no score");
      case DEFAULT_SCORE -> new JudgeOutcome.Scored(DEFAULT_SCORE);
    };
  }

  /** The score of a reply by the chosen reading. */
  public static OptionalInt read(String reply, Reading reading) {
    return switch (reading) {
      case STRICT -> strict(reply);
      case PUBLISHED -> published(reply);
    };
  }

  /** The score of a reply that is a score and nothing else: "4", "4/5", "Score: 4", "4.". */
  public static OptionalInt strict(String reply) {
    Matcher matcher = STRICT.matcher(Text.collapse(reply));
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /**
   * The score as the published code finds it: the first character if it is a digit, else the first
   * of the characters 1 to 5 anywhere, else the first number word in the order one to five, found
   * anywhere.
   */
  public static OptionalInt published(String reply) {
    String stripped = Text.strip(reply);
    int first = stripped.isEmpty() ? -1 : Character.digit(stripped.codePointAt(0), 10);
    if (first >= 1 && first <= MAX_SCORE) {
      return OptionalInt.of(first);
    }
    for (int i = 0; i < stripped.length(); i++) {
      char c = stripped.charAt(i);
      if (c >= '1' && c <= '5') {
        return OptionalInt.of(c - '0');
      }
    }
    String lower = Text.lowerCase(stripped);
    for (int i = 0; i < NUMBER_WORDS.size(); i++) {
      if (lower.contains(NUMBER_WORDS.get(i))) {
        return OptionalInt.of(i + 1);
      }
    }
    return OptionalInt.empty();
  }
}
