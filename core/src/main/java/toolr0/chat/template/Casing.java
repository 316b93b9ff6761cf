package toolr0.chat.template;

import java.util.Locale;
import java.util.function.IntPredicate;
import toolr0.base.Text;

/** Upper and lower case of texts, and the kinds of their characters, as Python has them. */
final class Casing {
  private static final int DOTTED_CAPITAL_I = 0x130;

  private Casing() {}

  static Str upper(Work work, Str text) {
    Chars out = new Chars(work);
    for (int i = 0; i < text.length(); i++) {
      addUpper(text, i, out);
    }
    return out.toStr();
  }

  private static void addUpper(Str text, int at, Chars out) {
    int mark = text.markedAt(at);
    Character.toString(text.at(at))
        .toUpperCase(Locale.ROOT)
        .codePoints()
        .forEach(c -> out.add(Str.marked(c, mark)));
  }

  static Str lower(Work work, Str text) {
    Chars out = new Chars(work);
    addLower(text, 0, lowered(text), out);
    return out.toStr();
  }

  /** The whole text in lower case, which the places of a capital sigma need. */
  private static int[] lowered(Str text) {
    return Text.lowerCase(text.text()).codePoints().toArray();
  }

  private static void addLower(Str text, int from, int[] lowered, Chars out) {
    for (int i = 0, j = 0; i < text.length(); i++) {
      int size = text.at(i) == DOTTED_CAPITAL_I ? 2 : 1;
      for (int k = 0; k < size; k++) {
        if (i >= from) {
          out.add(Str.marked(lowered[j + k], text.markedAt(i)));
        }
      }
      j += size;
    }
  }

  static Str caseless(Work work, Str text) {
    Chars out = new Chars(work);
    for (int i = 0; i < text.length(); i++) {
      int mark = text.markedAt(i);
      Text.foldCase(Character.toString(text.at(i)))
          .codePoints()
          .forEach(c -> out.add(Str.marked(c, mark)));
    }
    return out.toStr();
  }

  static Str swapped(Work work, Str text) {
    Chars out = new Chars(work);
    int[] lowered = lowered(text);
    for (int i = 0, j = 0; i < text.length(); i++) {
      int size = text.at(i) == DOTTED_CAPITAL_I ? 2 : 1;
      if (Character.isUpperCase(text.at(i))) {
        for (int k = 0; k < size; k++) {
          out.add(Str.marked(lowered[j + k], text.markedAt(i)));
        }
      } else if (Character.isLowerCase(text.at(i))) {
        addUpper(text, i, out);
      } else {
        out.add(text.markedAt(i));
      }
      j += size;
    }
    return out.toStr();
  }

  static Str capitalized(Work work, Str text) {
    Chars out = new Chars(work);
    if (!text.isEmpty()) {
      addTitle(text, 0, out);
      addLower(text, 1, lowered(text), out);
    }
    return out.toStr();
  }

  static Str title(Work work, Str text) {
    Chars out = new Chars(work);
    int[] lowered = lowered(text);
    boolean afterCased = false;
    for (int i = 0, j = 0; i < text.length(); i++) {
      int size = text.at(i) == DOTTED_CAPITAL_I ? 2 : 1;
      if (afterCased) {
        for (int k = 0; k < size; k++) {
          out.add(Str.marked(lowered[j + k], text.markedAt(i)));
        }
      } else {
        addTitle(text, i, out);
      }
      afterCased = isCased(text.at(i));
      j += size;
    }
    return out.toStr();
  }

  private static void addTitle(Str text, int at, Chars out) {
    int c = text.at(at);
    int mark = text.markedAt(at);
    String upper = Character.toString(c).toUpperCase(Locale.ROOT);
    if (Character.toTitleCase(c) == c && upper.codePointCount(0, upper.length()) > 1) {
      int first = upper.codePointAt(0);
      out.add(Str.marked(first, mark));
      Text.lowerCase(upper.substring(Character.charCount(first)))
          .codePoints()
          .forEach(x -> out.add(Str.marked(x, mark)));
    } else {
      out.add(Str.marked(Character.toTitleCase(c), mark));
    }
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  /** Whether there are letters with case and all of them are of the kind that is asked for. */
  static boolean allCased(Str text, boolean upper) {
    boolean cased = false;
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      if (isCased(c)) {
        if (upper ? !Character.isUpperCase(c) : !Character.isLowerCase(c)) {
          return false;
        }
        cased = true;
      }
    }
    return cased;
  }

  static boolean isTitle(Str text) {
    boolean afterCased = false;
    boolean cased = false;
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      boolean capital = Character.isUpperCase(c) || Character.isTitleCase(c);
      if (capital == afterCased && isCased(c)) {
        return false;
      }
      afterCased = isCased(c);
      cased |= afterCased;
    }
    return cased;
  }

  /** Whether a text has characters and all of them are of a kind. */
  static boolean all(Str text, IntPredicate kind) {
    for (int i = 0; i < text.length(); i++) {
      if (!kind.test(text.at(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isDecimal(int c) {
    return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
  }

  /** Decimal digits and those that are raised, lowered or circled. */
  @SuppressWarnings("CharacterGetNumericValue") // letters are no OTHER_NUMBER
  static boolean isDigit(int c) {
    int value = Character.getNumericValue(c);
    return isDecimal(c)
        || (Character.getType(c) == Character.OTHER_NUMBER && value >= 0 && value <= 9);
  }

  static boolean isNumeric(int c) {
    return isDecimal(c)
        || Character.getType(c) == Character.OTHER_NUMBER
        || Character.getType(c) == Character.LETTER_NUMBER;
  }

  /** Whether a character is part of a word: a letter, a number or an underscore. */
  static boolean isWordPart(int c) {
    return c == '_' || Character.isLetter(c) || isNumeric(c);
  }
}
