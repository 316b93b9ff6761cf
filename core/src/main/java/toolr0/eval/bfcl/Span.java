package toolr0.eval.bfcl;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of source text between a head and a tail.
 *
 * @param start where the piece starts, behind the head
 * @param end where it ends, before the tail
 * @param after where the tail ends
 */
record Span(int start, int end, int after) {

  /**
   * The first head that is followed by a tail on the line on which the head ends, up to the first
   * such tail. Time is linear in the text where the patterns themselves are.
   *
   * @param from where the search starts
   */
  static Optional<Span> onOneLine(String text, int from, Pattern head, Pattern tail) {
    Matcher heads = head.matcher(text).region(from, text.length());
    Matcher tails = tail.matcher(text);
    int lineEnd = -1;
    int tailStart = -1;
    while (heads.find()) {
      int start = heads.end();
      if (tailStart < start) {
        if (!tails.find(start)) {
          return Optional.empty();
        }
        tailStart = tails.start();
      }
      if (lineEnd < start) {
        int newline = text.indexOf('\n', start);
        lineEnd = newline < 0 ? text.length() : newline;
      }
      if (tailStart < lineEnd) {
        return Optional.of(new Span(start, tailStart, tails.end()));
      }
    }
    return Optional.empty();
  }

  /** The piece itself. */
  String of(String text) {
    return text.substring(start, end);
  }
}
