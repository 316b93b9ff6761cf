package toolr0.torch.checkpoint;

/**
 * A checkpoint cannot be written, for example because the disk is full; what was there before is
 * unchanged.
 */
public final class CheckpointWriteException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  CheckpointWriteException(String message, Throwable cause) {
    super(message, cause);
  }
}
