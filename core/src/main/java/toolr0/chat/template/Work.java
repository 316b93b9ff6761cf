package toolr0.chat.template;

/**
 * The work that a rendering may still do, so that no template hangs, fills the memory or overflows
 * the stack. A unit is about one character or list element that is made or looked at.
 */
final class Work {
  /** Units of one rendering: some forty times what a prompt of 100,000 characters takes. */
  static final long LIMIT = 20_000_000;

  /** Units that making an element of several objects takes. */
  static final int OBJECT = 8;

  /** Deepest nesting of expressions, blocks, macros and recursive loops while rendering. */
  static final int MAX_DEPTH = 1000;

  private long left = LIMIT;
  private int depth;

  /** Takes units off. */
  void spend(long units) {
    left -= units;
    if (left < 0) {
      throw new Failure(
          "the rendering takes more than %,d characters and list elements of work", LIMIT);
    }
  }

  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new Failure("expressions, blocks and macros are nested deeper than " + MAX_DEPTH);
    }
    spend(1);
  }

  void leave() {
    depth--;
  }
}
