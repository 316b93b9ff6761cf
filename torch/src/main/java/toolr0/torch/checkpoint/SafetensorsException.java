package toolr0.torch.checkpoint;

import java.nio.file.Path;

/**
 * A file is no valid safetensors file: the message names the file, the tensor, what was expected
 * and what was found.
 */
public final class SafetensorsException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  SafetensorsException(Path file, String problem) {
    super(file + ": " + problem);
  }

  SafetensorsException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
