package toolr0.eval;

import org.jspecify.annotations.Nullable;

/** Says which file of a benchmark is missing or wrong, and what to do. */
public final class BenchmarkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BenchmarkException(String message) {
    super(message);
  }

  public BenchmarkException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
