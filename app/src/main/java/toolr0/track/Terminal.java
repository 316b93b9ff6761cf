package toolr0.track;

import java.io.PrintStream;

/**
 * Where text for people goes. A live terminal has a last line that changes in place; anything else
 * gets whole lines only.
 */
public final class Terminal {
  private static final int DEFAULT_COLUMNS = 100;
  private static final int FEWEST_COLUMNS = 40;

  private final PrintStream out;
  private final boolean live;
  private final int columns;
  private boolean lineOpen;

  /**
   * A terminal over a stream.
   *
   * @param live whether lines can be rewritten
   * @param columns width in characters
   */
  public Terminal(PrintStream out, boolean live, int columns) {
    this.out = out;
    this.live = live;
    this.columns = Math.max(FEWEST_COLUMNS, columns);
  }

  /**
   * Standard output, as the launcher found it (system properties toolr0.terminal and
   * toolr0.columns).
   */
  public static Terminal standard() {
    return new Terminal(
        System.out,
        Boolean.getBoolean("toolr0.terminal"),
        Integer.getInteger("toolr0.columns", DEFAULT_COLUMNS));
  }

  /** Whether the last line can change in place. */
  public boolean live() {
    return live;
  }

  /** Width in characters. */
  public int columns() {
    return columns;
  }

  /** Prints whole lines; an open live line is cleared first. */
  public void print(String lines) {
    clear();
    out.println(lines);
    out.flush();
  }

  /** Replaces the live line; without a live terminal nothing happens. */
  public void update(String line) {
    if (!live) {
      return;
    }
    out.print("\r\033[K" + cut(line, columns - 1));
    out.flush();
    lineOpen = true;
  }

  /** Removes the live line. */
  public void clear() {
    if (lineOpen) {
      out.print("\r\033[K");
      out.flush();
      lineOpen = false;
    }
  }

  /** The text on one line, cut to a length with an ellipsis. */
  static String cut(String text, int length) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= length ? line : line.substring(0, Math.max(0, length - 3)) + "...";
  }
}
