package toolr0.base;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;

/** Text measures and normal forms. Lengths count Unicode code points. */
public final class Text {
  /** The order of texts by their code points. */
  public static final Comparator<String> BY_CODE_POINTS =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

  private Text() {}

  /** Number of code points; a lone surrogate counts as one. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The text with every run of white space replaced by one space and none at the ends. */
  public static String collapse(String text) {
    StringBuilder out = new StringBuilder(text.length());
    boolean pending = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isSpace(c)) {
        pending = !out.isEmpty();
      } else {
        if (pending) {
          out.append(' ');
          pending = false;
        }
        out.appendCodePoint(c);
      }
    }
    return out.toString();
  }

  /**
   * The text without white space at its ends, by the same notion of white space as {@link
   * #collapse}.
   */
  public static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * The form in which texts are compared without regard to case and compatibility variants: NFKC
   * with case folded.
   */
  public static String fold(String text) {
    return foldCase(Normalizer.normalize(text, Normalizer.Form.NFKC));
  }

  /** The text with case folded, so that for example "STRASSE" and "straße" agree. */
  public static String foldCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c < 0x80) {
        out.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c));
      } else if (c == 0x131) {
        out.append((char) c);
      } else {
        String one = Character.toString(c);
        out.append(one.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
      }
    }
    return out.toString();
  }

  /** Whether a code point is white space: Unicode's White_Space and the four ASCII separators. */
  public static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == 0x85;
  }

  /**
   * The first place where a text holds a word with no letter, number or underscore next to it, as
   * Python's {@code \b} has it; -1 when there is none. Both are compared as they are.
   */
  public static int indexOfWord(String text, String word) {
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      int end = at + word.length();
      if ((at == 0 || !isWordPart(text.codePointBefore(at)))
          && (end == text.length() || !isWordPart(text.codePointAt(end)))) {
        return at;
      }
    }
    return -1;
  }

  /** Whether Python's {@code \w} takes a code point for a part of a word. */
  private static boolean isWordPart(int codePoint) {
    if (codePoint == '_' || Character.isLetterOrDigit(codePoint)) {
      return true;
    }
    int type = Character.getType(codePoint);
    return type == Character.LETTER_NUMBER || type == Character.OTHER_NUMBER;
  }

  /** The text cut to a number of code points, with "..." appended when something was cut. */
  public static String shorten(String text, int maxLength) {
    return length(text) <= maxLength
        ? text
        : text.substring(0, text.offsetByCodePoints(0, maxLength)) + "...";
  }
}
