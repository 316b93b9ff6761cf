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

  /** The most combining marks in a row that are left as they stand. */
  private static final int MOST_MARKS = 30;

  private static final char GRAPHEME_JOINER = '\u034f';
  private static final char CAPITAL_SIGMA = '\u03a3';
  private static final char SMALL_SIGMA = '\u03c3';
  private static final char FINAL_SIGMA = '\u03c2';
  private static final char DOTTED_CAPITAL_I = '\u0130';
  private static final String DOTTED_SMALL_I = "i\u0307";

  /** Punctuation that stands within words. */
  private static final String WORD_MIDDLE =
      "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

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
    return foldCase(normalize(text, Normalizer.Form.NFKC));
  }

  /**
   * The text in a Unicode normal form. Every 30 combining marks in a row are parted from the next
   * by a grapheme joiner, as the stream-safe format of UAX #15 asks: the time to order a run of
   * marks grows with the square of its length.
   */
  public static String normalize(String text, Normalizer.Form form) {
    return Normalizer.normalize(streamSafe(text), form);
  }

  private static String streamSafe(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int marks = 0;
    boolean parted = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      marks = isOrdered(c) ? marks + 1 : 0;
      if (marks > MOST_MARKS) {
        out.append(GRAPHEME_JOINER);
        marks = 1;
        parted = true;
      }
      out.appendCodePoint(c);
    }
    return parted ? out.toString() : text;
  }

  /** Whether a character may change places with the marks around it. */
  private static boolean isOrdered(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> c != GRAPHEME_JOINER;
      default -> false;
    };
  }

  /**
   * The text in lower case, by Unicode's rules for any language. {@link
   * String#toLowerCase(java.util.Locale)} is not linear in texts with many capital sigmas or dotted
   * capital Is.
   */
  public static String lowerCase(String text) {
    if (text.indexOf(CAPITAL_SIGMA) < 0 && text.indexOf(DOTTED_CAPITAL_I) < 0) {
      return text.toLowerCase(Locale.ROOT);
    }
    StringBuilder out = new StringBuilder(text.length());
    boolean afterCased = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case CAPITAL_SIGMA ->
            out.append(afterCased && !isBeforeCased(text, i) ? FINAL_SIGMA : SMALL_SIGMA);
        case DOTTED_CAPITAL_I -> out.append(DOTTED_SMALL_I);
        default -> out.appendCodePoint(Character.toLowerCase(c));
      }
      if (!isCaseIgnorable(c)) {
        afterCased = isCased(c);
      }
    }
    return out.toString();
  }

  private static boolean isBeforeCased(String text, int from) {
    for (int i = from; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (!isCaseIgnorable(c)) {
        return isCased(c);
      }
    }
    return false;
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  /** Whether a character does not count when a letter's neighbours are looked at (Unicode 3.13). */
  private static boolean isCaseIgnorable(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> WORD_MIDDLE.indexOf(c) >= 0;
    };
  }

  /**
   * The text in upper case, by Unicode's rules for any language. {@link
   * String#toUpperCase(java.util.Locale)} is not linear in texts with many letters that become
   * several, such as ß.
   */
  public static String upperCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c < 0x80) {
        out.append((char) (c >= 'a' && c <= 'z' ? c - 32 : c));
      } else {
        out.append(Character.toString(c).toUpperCase(Locale.ROOT));
      }
    }
    return out.toString();
  }

  /** The text with case folded, so that for example "STRASSE" and "straße" agree. */
  public static String foldCase(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c < 0x80) {
        out.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c));
      } else if (c == 0x131 || isCaseless(c)) {
        out.appendCodePoint(c);
      } else {
        String one = Character.toString(c);
        out.append(lowerCase(one.toUpperCase(Locale.ROOT)));
      }
    }
    return out.toString();
  }

  private static boolean isCaseless(int c) {
    return Character.toUpperCase(c) == c
        && Character.toLowerCase(c) == c
        && !Character.isLowerCase(c);
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
