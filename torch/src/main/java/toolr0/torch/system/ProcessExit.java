package toolr0.torch.system;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** The end of the process at once, whatever its threads are doing. */
public final class ProcessExit {
  private static final Optional<MemorySegment> EXIT =
      Linker.nativeLinker().defaultLookup().find("_exit");

  private ProcessExit() {}

  /**
   * Ends the process. {@link Runtime#halt} would let the C library destroy libtorch's objects
   * first, with which other threads still compute: the process would crash instead.
   */
  public static void now(int code) {
    if (EXIT.isPresent()) {
      try {
        Linker.nativeLinker()
            .downcallHandle(EXIT.get(), FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
            .invokeExact(code);
      } catch (Throwable e) {
        throw new IllegalStateException("_exit cannot be called", e);
      }
    }
    Runtime.getRuntime().halt(code);
  }
}
