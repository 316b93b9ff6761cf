package toolr0.torch.decode;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.system.NativeLibrary;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * A linear layer's weight, [out, in], in bf16 as MKL packs it, multiplied by MKL's {@code
 * gemm_bf16bf16f32}: inputs are rounded to bf16, sums are in fp32. This is how Java reaches the
 * matrix instructions of a processor, which the Vector API does not have.
 */
final class MklMatrix implements Matrix {
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANS = 111;
  private static final int TRANS = 112;
  private static final int PACKED = 151;
  private static final int B_MATRIX = 162;

  /** What the packing is told of the number of rows; the packed form does not depend on it. */
  private static final int ROWS = 16;

  /** MKL's functions, which link as C's do. */
  private record Mkl(
      MethodHandle packGetSize, MethodHandle pack, MethodHandle compute, MethodHandle setThreads) {

    private static final Optional<Mkl> LIBRARY = find();

    private static Optional<Mkl> find() {
      boolean fast =
          NativeLibrary.load() instanceof NativeLibrary.Loaded loaded && loaded.fastBf16();
      SymbolLookup loaded = SymbolLookup.loaderLookup();
      if (!fast || loaded.find("cblas_gemm_bf16bf16f32_compute").isEmpty()) {
        return Optional.empty();
      }
      ValueLayout.OfInt i = ValueLayout.JAVA_INT;
      ValueLayout.OfFloat f = ValueLayout.JAVA_FLOAT;
      MemoryLayout p = ValueLayout.ADDRESS;
      return Optional.of(
          new Mkl(
              function(
                  loaded,
                  "cblas_gemm_bf16bf16f32_pack_get_size",
                  FunctionDescriptor.of(ValueLayout.JAVA_LONG, i, i, i, i)),
              function(
                  loaded,
                  "cblas_gemm_bf16bf16f32_pack",
                  FunctionDescriptor.ofVoid(i, i, i, i, i, i, p, i, p)),
              function(
                  loaded,
                  "cblas_gemm_bf16bf16f32_compute",
                  FunctionDescriptor.ofVoid(i, i, i, i, i, i, f, p, i, p, i, f, p, i)),
              function(loaded, "MKL_Set_Num_Threads_Local", FunctionDescriptor.of(i, i))));
    }

    /** Heap arrays are handed over where they lie. */
    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor as) {
      return Linker.nativeLinker()
          .downcallHandle(library.findOrThrow(name), as, Linker.Option.critical(true));
    }
  }

  private final Mkl mkl;
  private final Tensor weight;
  private final MemorySegment packed;
  private final int in;
  private final int out;

  /**
   * Room for a weight; {@link #pack} fills it.
   *
   * @param owned frees the packed copy
   */
  MklMatrix(Tensor weight, Owned owned) {
    this.mkl = Mkl.LIBRARY.orElseThrow();
    this.weight = weight;
    this.out = Math.toIntExact(weight.size(0));
    this.in = Math.toIntExact(weight.size(1));
    try {
      long bytes = (long) mkl.packGetSize.invokeExact(B_MATRIX, ROWS, out, in);
      packed = Tensors.memory(owned.keep(Tensors.empty(Device.CPU, ScalarType.Byte, bytes)));
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Whether MKL is loaded, and this processor multiplies bf16. */
  static boolean isAvailable() {
    return Mkl.LIBRARY.isPresent();
  }

  @Override
  public int outputs() {
    return PackedMatrix.padded(out);
  }

  @Override
  public void pack() {
    try (TensorScope scope = TensorScope.open()) {
      MemorySegment bf16 = Tensors.memory(weight.to(ScalarType.BFloat16).contiguous());
      mkl.pack.invokeExact(ROW_MAJOR, B_MATRIX, TRANS, ROWS, out, in, bf16, in, packed);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  @Override
  public void addProducts(
      float[] x, int xFrom, int xStride, float[] y, int yFrom, int yStride, int rows) {
    short[] rounded = new short[rows * in];
    for (int r = 0; r < rows; r++) {
      VectorMath.roundToBf16(x, xFrom + r * xStride, rounded, r * in, in);
    }
    MemorySegment inputs = MemorySegment.ofArray(rounded);
    MemorySegment sums = MemorySegment.ofArray(y).asSlice((long) yFrom * Float.BYTES);
    try {
      int before = (int) mkl.setThreads.invokeExact(1);
      mkl.compute.invokeExact(
          ROW_MAJOR, NO_TRANS, PACKED, rows, out, in, 1f, inputs, in, packed, out, 1f, sums,
          yStride);
      int _ = (int) mkl.setThreads.invokeExact(before);
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** None of these functions has an exception of its own. */
  private static IllegalStateException failed(Throwable e) {
    return new IllegalStateException("MKL cannot be called", e);
  }
}
