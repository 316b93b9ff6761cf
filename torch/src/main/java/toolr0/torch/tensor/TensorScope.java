package toolr0.torch.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * A lexical lifetime: every tensor made on this thread while the scope is the innermost one is
 * freed when it closes. Scopes nest model &gt; step &gt; micro-batch; {@link Owned} holds what must
 * outlive them.
 */
public final class TensorScope implements AutoCloseable {
  private final PointerScope scope = new PointerScope();

  /** Opens a scope; close it with try-with-resources. */
  public static TensorScope open() {
    return new TensorScope();
  }

  private TensorScope() {}

  /**
   * Native objects alive in this process, tensors and their helpers: the metric {@code
   * native/live_tensors}.
   */
  public static long live() {
    return Pointer.totalCount();
  }

  @Override
  public void close() {
    scope.close();
  }
}
