package toolr0.cli;

/** How a command ended, for the shell. */
public enum ExitCode {
  /** Done. */
  DONE(0),
  /** A defect of this program; the log has the stack trace. */
  INTERNAL(1),
  /** Bad usage or configuration. */
  USAGE(2),
  /** Bad input data: a checkpoint, a tools file, a run directory. */
  INPUT(3),
  /** Stopped by the user; what can be resumed says so. */
  INTERRUPTED(4),
  /** Something around it is lacking: JDK, native library, memory, disk, device, endpoint. */
  ENVIRONMENT(5);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }
}
