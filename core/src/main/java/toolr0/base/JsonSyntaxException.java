package toolr0.base;

/** Text that is not the JSON it should be; the message says what is wrong and where. */
public final class JsonSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final int line;
  private final int column;

  public JsonSyntaxException(String problem, int line, int column) {
    super(problem + " (line " + line + ", column " + column + ")");
    this.problem = problem;
    this.line = line;
    this.column = column;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** The line of the first offending character, counted from 1. */
  public int line() {
    return line;
  }

  /** The column of the first offending character in UTF-16 units, counted from 1. */
  public int column() {
    return column;
  }
}
