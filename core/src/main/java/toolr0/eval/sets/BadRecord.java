package toolr0.eval.sets;

/** Says why a record of a benchmark cannot be asked; it carries no trace. */
final class BadRecord extends Exception {
  private static final long serialVersionUID = 1L;

  BadRecord(String reason) {
    super(reason, null, false, false);
  }

  /** What is wrong, for people. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
