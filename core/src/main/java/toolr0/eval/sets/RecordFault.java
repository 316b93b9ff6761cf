package toolr0.eval.sets;

/** Says why a record of a benchmark cannot be asked. */
final class RecordFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  RecordFault(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** What is wrong, for people. */
  String reason() {
    return reason;
  }
}
