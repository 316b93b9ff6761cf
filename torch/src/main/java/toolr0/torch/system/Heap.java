package toolr0.torch.system;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C library's heap, in which native tensors of the CPU lie. */
public final class Heap {
  private static final Optional<MethodHandle> TRIM =
      Linker.nativeLinker()
          .defaultLookup()
          .find("malloc_trim")
          .map(
              function ->
                  Linker.nativeLinker()
                      .downcallHandle(
                          function,
                          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));

  private Heap() {}

  /**
   * Gives the system the pages that are free, where the C library can do that (glibc's). It keeps
   * what was freed for the next use ({@code MALLOC_TRIM_THRESHOLD_} in {@code toolr0}), and what
   * models of several sizes leave between them would make a run grow from stage to stage.
   */
  public static void trim() {
    TRIM.ifPresent(
        function -> {
          try {
            int _ = (int) function.invokeExact(0L);
          } catch (Throwable e) {
            throw new IllegalStateException("malloc_trim cannot be called", e);
          }
        });
  }
}
