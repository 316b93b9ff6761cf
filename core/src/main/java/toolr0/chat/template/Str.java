package toolr0.chat.template;

import java.util.Arrays;

/**
 * A text: a sequence of code points, as in Python. Each of them carries whether it is content, that
 * is, written by whoever wrote the messages and not by the template; operations that move
 * characters move that mark with them. Equality, order and searches do not look at it.
 */
final class Str implements Value {
  static final Str EMPTY = new Str(new int[0], false);

  private static final int CONTENT = 1 << 24;
  private static final int CODE_POINT = CONTENT - 1;

  private final int[] chars;
  private final boolean markup;
  private int hash;

  /**
   * A text over its characters.
   *
   * @param chars code points with their marks; not copied
   * @param markup whether it counts as HTML already
   */
  Str(int[] chars, boolean markup) {
    this.chars = chars;
    this.markup = markup;
  }

  /** A text of the template. */
  static Str of(String text) {
    return text.isEmpty() ? EMPTY : new Str(text.codePoints().toArray(), false);
  }

  /** A text that is content. */
  static Str content(String text) {
    return new Str(text.codePoints().map(c -> c | CONTENT).toArray(), false);
  }

  /** A code point that takes the mark of another character. */
  static int marked(int codePoint, int like) {
    return codePoint | (like & CONTENT);
  }

  /** The code point of a character with its mark. */
  static int codePoint(int marked) {
    return marked & CODE_POINT;
  }

  static boolean isContent(int marked) {
    return (marked & CONTENT) != 0;
  }

  @Override
  public String typeName() {
    return markup ? "Markup" : "str";
  }

  int length() {
    return chars.length;
  }

  boolean isEmpty() {
    return chars.length == 0;
  }

  /** The code point at a place. */
  int at(int index) {
    return chars[index] & CODE_POINT;
  }

  /** The code point at a place, with its mark. */
  int markedAt(int index) {
    return chars[index];
  }

  /** Whether this is text that counts as HTML, so that escaping leaves it alone. */
  boolean isMarkup() {
    return markup;
  }

  Str asMarkup(boolean value) {
    return markup == value ? this : new Str(chars, value);
  }

  Str slice(int from, int to) {
    if (from == 0 && to == chars.length) {
      return this;
    }
    return from >= to ? like(new int[0]) : like(Arrays.copyOfRange(chars, from, to));
  }

  Str charAt(int index) {
    return slice(index, index + 1);
  }

  /** Another text that counts as HTML where this one does. */
  Str like(int[] other) {
    return new Str(other, markup);
  }

  /** The first place from {@code from} on where a part begins, -1 when there is none. */
  int find(Str part, int from) {
    int size = part.chars.length;
    if (size == 0) {
      return from <= chars.length ? from : -1;
    }
    int[] back = part.fallbacks();
    int matched = 0;
    for (int i = Math.max(0, from); i < chars.length; i++) {
      int c = at(i);
      while (matched > 0 && part.at(matched) != c) {
        matched = back[matched];
      }
      if (part.at(matched) == c && ++matched == size) {
        return i - size + 1;
      }
    }
    return -1;
  }

  /** How much still matches when the character after a match of each length does not. */
  private int[] fallbacks() {
    int[] back = new int[chars.length + 1];
    for (int i = 1, matched = 0; i < chars.length; i++) {
      while (matched > 0 && at(matched) != at(i)) {
        matched = back[matched];
      }
      matched += at(matched) == at(i) ? 1 : 0;
      back[i + 1] = matched;
    }
    return back;
  }

  /** The last place where a part begins, -1 when there is none. */
  int findLast(Str part) {
    int at = reversed().find(part.reversed(), 0);
    return at < 0 ? -1 : chars.length - at - part.chars.length;
  }

  Str reversed() {
    int[] other = new int[chars.length];
    for (int i = 0; i < chars.length; i++) {
      other[i] = chars[chars.length - 1 - i];
    }
    return like(other);
  }

  boolean contains(Str part) {
    return find(part, 0) >= 0;
  }

  boolean startsWith(Str part) {
    return hasAt(0, part);
  }

  boolean endsWith(Str part) {
    return hasAt(chars.length - part.chars.length, part);
  }

  private boolean hasAt(int place, Str part) {
    if (place < 0 || place + part.chars.length > chars.length) {
      return false;
    }
    for (int i = 0; i < part.chars.length; i++) {
      if (at(place + i) != part.at(i)) {
        return false;
      }
    }
    return true;
  }

  /** The order of texts by their code points. */
  int compareTo(Str other) {
    int common = Math.min(chars.length, other.chars.length);
    for (int i = 0; i < common; i++) {
      int order = Integer.compare(at(i), other.at(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(chars.length, other.chars.length);
  }

  /** The characters as a Java text, without their marks. */
  String text() {
    StringBuilder out = new StringBuilder(chars.length);
    for (int c : chars) {
      out.appendCodePoint(c & CODE_POINT);
    }
    return out.toString();
  }

  @Override
  public String toString() {
    return text();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Str text
            && text.chars.length == chars.length
            && hashCode() == text.hashCode()
            && hasAt(0, text));
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      int sum = 7;
      for (int c : chars) {
        sum = 31 * sum + (c & CODE_POINT);
      }
      hash = sum;
    }
    return hash;
  }
}
