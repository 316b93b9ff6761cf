package toolr0.torch.tensor;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/**
 * Native objects that outlive the scope they were made in, freed together: what a model or an
 * optimizer holds.
 */
public final class Owned implements AutoCloseable {
  private final List<Pointer> pointers = new ArrayList<>();

  /** Keeps a native object alive until {@link #close}. */
  public <P extends Pointer> P keep(P pointer) {
    pointer.retainReference();
    pointers.add(pointer);
    return pointer;
  }

  @Override
  public void close() {
    for (int i = pointers.size() - 1; i >= 0; i--) {
      pointers.get(i).releaseReference();
    }
    pointers.clear();
  }
}
