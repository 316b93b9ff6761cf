package toolr0.chat.template;

/** Why a rendering cannot go on; whoever catches it knows the template and the line. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message, null, false, false);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  Failure(String format, Object... values) {
    this(format.formatted(values));
  }

  /** Something that Jinja2 or Python has and this interpreter lacks. */
  static Failure unsupported(String what) {
    return new Failure("not supported: " + what);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
