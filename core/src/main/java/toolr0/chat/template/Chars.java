package toolr0.chat.template;

import java.util.Arrays;

/** A text in the making, which charges what is appended. */
final class Chars {
  private final Work work;
  private int[] chars = new int[64];
  private int length;

  Chars(Work work) {
    this.work = work;
  }

  int length() {
    return length;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Appends a code point with its mark. */
  Chars add(int marked) {
    work.spend(1);
    room(1);
    chars[length++] = marked;
    return this;
  }

  Chars add(Str text) {
    work.spend(text.length());
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      chars[length++] = text.markedAt(i);
    }
    return this;
  }

  /** Appends text that is no content. */
  Chars add(String text) {
    text.codePoints().forEach(this::add);
    return this;
  }

  /** Appends a text several times; not at all when the number is below 1. */
  Chars repeat(Str text, long times) {
    if (times > 0 && text.length() > 0) {
      work.spend(times > Work.LIMIT ? Work.LIMIT + 1 : times * text.length());
      for (long i = 0; i < times; i++) {
        add(text);
      }
    }
    return this;
  }

  private void room(int more) {
    if (length + more > chars.length) {
      chars = Arrays.copyOf(chars, Math.max(2 * chars.length, length + more));
    }
  }

  Str toStr() {
    return new Str(Arrays.copyOf(chars, length), false);
  }
}
