package toolr0.run;

/** A run cannot start or go on: the message names the file or key and the remedy. */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  public RunException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public RunException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** Whose fault it is; a command line turns it into an exit code. */
  public enum Kind {
    /** Wrong use: the directory is in use, exists already, or its configuration differs. */
    USAGE,
    /** A file is missing or damaged, or the data does not suffice to go on. */
    DATA,
    /** The machine refuses: disk full, no permission. */
    ENVIRONMENT
  }
}
