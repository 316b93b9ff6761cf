package toolr0.eval.bfcl;

/** Says why a record cannot be asked. */
final class MalformedRecord extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  MalformedRecord(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
