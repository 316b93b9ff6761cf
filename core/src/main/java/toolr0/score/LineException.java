package toolr0.score;

/** A line cannot be scored; the message names the field and says what was expected. */
public final class LineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LineException(String message) {
    super(message, null, false, false);
  }
}
