package toolr0.torch.decode;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
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
 * matrix instructions of a processor, which the Vector API does not have; without them vector code
 * is faster. That a row's bits do not depend on the number of rows is not promised by MKL: tests
 * hold it for packed weights and matrix instructions, and on processors without these it is not so.
 */
final class MklMatrix implements Matrix {
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANS = 111;
  private static final int TRANS = 112;
  private static final int PACKED = 151;
  private static final int B_MATRIX = 162;

  /** What the packing is told of the number of rows; the packed form does not depend on it. */
  private static final int ROWS = 16;

  private static final VectorSpecies<Float> LANES = Storage.LANES;
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(LANES.vectorBitSize() / 2));

  private static final boolean AVAILABLE =
      NativeLibrary.load() instanceof NativeLibrary.Loaded loaded
          && loaded.processor().hasMatrixInstructions()
          && SymbolLookup.loaderLookup().find("cblas_gemm_bf16bf16f32_compute").isPresent();

  /**
   * The functions of MKL that are called; constants, so that a call costs no more than one in C.
   */
  private static final class Mkl {
    private static final ValueLayout.OfInt I = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT;
    private static final AddressLayout P = ValueLayout.ADDRESS;

    private static final MethodHandle PACK_GET_SIZE =
        function(
            "cblas_gemm_bf16bf16f32_pack_get_size",
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, I, I, I, I));
    private static final MethodHandle PACK =
        function(
            "cblas_gemm_bf16bf16f32_pack", FunctionDescriptor.ofVoid(I, I, I, I, I, I, P, I, P));
    private static final MethodHandle COMPUTE =
        function(
            "cblas_gemm_bf16bf16f32_compute",
            FunctionDescriptor.ofVoid(I, I, I, I, I, I, F, P, I, P, I, F, P, I));
    private static final MethodHandle SET_THREADS =
        function("MKL_Set_Num_Threads_Local", FunctionDescriptor.of(I, I));

    private Mkl() {}

    /** Bytes of a packed weight. */
    static long bytes(int out, int in) {
      try {
        return (long) PACK_GET_SIZE.invokeExact(B_MATRIX, ROWS, out, in);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    static void pack(MemorySegment bf16, int out, int in, MemorySegment packed) {
      try {
        PACK.invokeExact(ROW_MAJOR, B_MATRIX, TRANS, ROWS, out, in, bf16, in, packed);
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    /** On the caller's thread alone. */
    static void addProducts(
        MemorySegment inputs,
        MemorySegment packed,
        int out,
        int in,
        MemorySegment sums,
        int stride,
        int rows) {
      try {
        int before = (int) SET_THREADS.invokeExact(1);
        try {
          COMPUTE.invokeExact(
              ROW_MAJOR, NO_TRANS, PACKED, rows, out, in, 1f, inputs, in, packed, out, 1f, sums,
              stride);
        } finally {
          int _ = (int) SET_THREADS.invokeExact(before);
        }
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    /** The functions themselves throw nothing. */
    private static IllegalStateException failed(Throwable e) {
      return new IllegalStateException("MKL cannot be called", e);
    }

    /** Heap arrays are handed over where they lie. */
    private static MethodHandle function(String name, FunctionDescriptor as) {
      return Linker.nativeLinker()
          .downcallHandle(
              SymbolLookup.loaderLookup().findOrThrow(name), as, Linker.Option.critical(true));
    }
  }

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
    this.weight = weight;
    this.out = Math.toIntExact(weight.size(0));
    this.in = Math.toIntExact(weight.size(1));
    packed =
        Tensors.memory(owned.keep(Tensors.empty(Device.CPU, ScalarType.Byte, Mkl.bytes(out, in))));
  }

  /** Whether MKL is loaded, and this processor has matrix instructions for bf16. */
  static boolean isAvailable() {
    return AVAILABLE;
  }

  @Override
  public int outputs() {
    return PackedMatrix.padded(out);
  }

  @Override
  public void pack() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor bf16 = weight.to(ScalarType.BFloat16).contiguous();
      Mkl.pack(Tensors.memory(bf16), out, in, packed);
    }
  }

  @Override
  public void addProducts(
      float[] x, int xFrom, int xStride, float[] y, int yFrom, int yStride, int rows) {
    if (rows == 0) {
      return;
    }
    short[] rounded = new short[rows * in];
    for (int r = 0; r < rows; r++) {
      roundToBf16(x, xFrom + r * xStride, rounded, r * in, in);
    }
    long written = (rows - 1L) * yStride + out;
    MemorySegment sums =
        MemorySegment.ofArray(y).asSlice((long) yFrom * Float.BYTES, written * Float.BYTES);
    Mkl.addProducts(MemorySegment.ofArray(rounded), packed, out, in, sums, yStride, rows);
  }

  /** The values in bf16, rounded to nearest, ties to even. */
  static void roundToBf16(float[] values, int from, short[] out, int outFrom, int size) {
    int whole = LANES.loopBound(size);
    for (int i = 0; i < whole; i += LANES.length()) {
      IntVector bits = FloatVector.fromArray(LANES, values, from + i).reinterpretAsInts();
      IntVector rounded = Storage.rounded(bits).lanewise(VectorOperators.LSHR, 16);
      ((ShortVector) rounded.convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoArray(out, outFrom + i);
    }
    for (int i = whole; i < size; i++) {
      out[outFrom + i] = Storage.rounded(values[from + i]);
    }
  }
}
