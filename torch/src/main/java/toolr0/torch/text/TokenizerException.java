package toolr0.torch.text;

/**
 * A checkpoint's tokenizer cannot be used: the message names the file, what is wrong and the
 * remedy.
 */
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
