package toolr0.eval.bfcl;

/** Input on which BFCL's own checker ends with an exception; the answer is wrong then. */
final class CheckerCrash extends Exception {
  private static final long serialVersionUID = 1L;

  private final BfclError error;

  CheckerCrash(BfclError error) {
    super(error.spelling(), null, false, false);
    this.error = error;
  }

  BfclError error() {
    return error;
  }
}
