package toolr0.torch.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * A lexical lifetime: every tensor made on this thread while the scope is the innermost one is
 * freed when it closes. Scopes nest model &gt; step &gt; micro-batch; {@link Owned} holds what must
 * outlive them.
 */
public final class TensorScope implements AutoCloseable {
  private final @Nullable PointerScope enclosing = PointerScope.getInnerScope();
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

  /**
   * Hands what was made in this scope out to the one around it, which frees it in its turn; without
   * one, the garbage collector does.
   */
  public <P extends Pointer> P handOut(P pointer) {
    if (enclosing == null) {
      pointer.retainReference();
    } else {
      enclosing.attach(pointer);
    }
    return pointer;
  }

  @Override
  public void close() {
    scope.close();
  }
}
