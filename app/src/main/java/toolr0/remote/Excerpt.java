package toolr0.remote;

import toolr0.base.Text;

/** The beginning of what a server said, fit for a message: short, on one line, harmless. */
final class Excerpt {
  private static final int LENGTH = 300;
  private static final int LOOKED_AT = 8 * LENGTH;

  private Excerpt() {}

  static String of(String text) {
    String start = text.substring(0, Math.min(text.length(), LOOKED_AT));
    return Text.shorten(Text.collapse(start).replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}]", "?"), LENGTH);
  }
}
