package toolr0.torch.checkpoint;

/**
 * A checkpoint cannot be read or written: the message names the file, what is wrong and the remedy.
 */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
