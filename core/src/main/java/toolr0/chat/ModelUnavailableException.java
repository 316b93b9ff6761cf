package toolr0.chat;

/** No answers are to be had from a model: the message says which, why, and what to check. */
public final class ModelUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelUnavailableException(String message) {
    super(message);
  }
}
