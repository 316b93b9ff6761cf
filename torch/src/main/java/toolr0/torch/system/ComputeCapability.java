package toolr0.torch.system;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * What an NVIDIA GPU can do, as CUDA numbers it: 8.0 is the first of the generation Ampere.
 *
 * <p>CUDA's runtime is asked, which libtorch has loaded. The Java classes that libtorch's own
 * answer is read with have a native part that is not among the libraries here.
 */
public record ComputeCapability(int major, int minor) {
  /** The oldest generation that multiplies bf16. */
  static final ComputeCapability AMPERE = new ComputeCapability(8, 0);

  /** CUDA's {@code cudaDevAttrComputeCapabilityMajor} and {@code ...Minor}. */
  private static final int MAJOR = 75;

  private static final int MINOR = 76;

  /**
   * That of the GPU with this index, which must be there; the library for NVIDIA GPUs is loaded.
   *
   * @throws IllegalStateException when CUDA does not tell
   */
  static ComputeCapability of(int index) {
    MethodHandle attribute =
        Linker.nativeLinker()
            .downcallHandle(
                SymbolLookup.loaderLookup()
                    .find("cudaDeviceGetAttribute")
                    .orElseThrow(() -> new IllegalStateException("CUDA's runtime is not there")),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT));
    return new ComputeCapability(read(attribute, MAJOR, index), read(attribute, MINOR, index));
  }

  private static int read(MethodHandle attribute, int number, int index) {
    int error;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      error = (int) attribute.invokeExact(value, number, index);
      if (error == 0) {
        return value.get(ValueLayout.JAVA_INT, 0);
      }
    } catch (Throwable e) {
      throw new IllegalStateException("CUDA's runtime cannot be called", e);
    }
    throw new IllegalStateException(
        "CUDA does not tell what the GPU %d can do: its error %d".formatted(index, error));
  }

  /** Whether the GPU multiplies bf16. */
  boolean multipliesBf16() {
    return major >= AMPERE.major;
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
