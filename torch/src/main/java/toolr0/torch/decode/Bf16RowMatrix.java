package toolr0.torch.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.pytorch.Tensor;

/**
 * Rows of bf16, widened as they are read: a lane of integers holds two weights, so that a group's
 * weights at even places come before those at odd places; inputs are put in the same order.
 */
final class Bf16RowMatrix extends RowMatrix {
  private static final VectorSpecies<Integer> PAIRS = IntVector.SPECIES_PREFERRED;
  private static final int HIGH_HALF = 0xffff0000;

  Bf16RowMatrix(Tensor weight, Team team) {
    super(weight, team);
  }

  @Override
  void order(float[] x, int from, float[] ordered, int at) {
    for (int group = 0; group < whole; group += GROUP) {
      for (int i = 0; i < L; i++) {
        ordered[at + group + i] = x[from + group + 2 * i];
        ordered[at + group + L + i] = x[from + group + 2 * i + 1];
      }
    }
    System.arraycopy(x, from + whole, ordered, at + whole, in - whole);
  }

  @Override
  void arrange(int output, float[] weights, int at) {
    MemorySegment rows = Storage.known(memory);
    long row = 2L * output * in;
    for (int i = 0; i < whole; i += GROUP) {
      IntVector pairs = IntVector.fromMemorySegment(PAIRS, rows, row + 2L * i, ORDER);
      even(pairs).intoArray(weights, at + i);
      odd(pairs).intoArray(weights, at + i + L);
    }
  }

  @Override
  void sumFourOutputs(int output, int apart, float[] x, int x0, float[] lanes) {
    MemorySegment rows = Storage.known(memory);
    FloatVector a = FloatVector.zero(LANES);
    FloatVector b = FloatVector.zero(LANES);
    FloatVector c = FloatVector.zero(LANES);
    FloatVector d = FloatVector.zero(LANES);
    long rowA = 2L * output * in;
    long rowB = rowA + 2L * apart * in;
    long rowC = rowB + 2L * apart * in;
    long rowD = rowC + 2L * apart * in;
    for (int i = 0; i < whole; i += GROUP) {
      FloatVector first = FloatVector.fromArray(LANES, x, x0 + i);
      FloatVector second = FloatVector.fromArray(LANES, x, x0 + i + L);
      IntVector pairsA = IntVector.fromMemorySegment(PAIRS, rows, rowA + 2L * i, ORDER);
      FloatVector leftA = even(pairsA);
      FloatVector rightA = odd(pairsA);
      a = leftA.fma(first, a);
      a = rightA.fma(second, a);
      IntVector pairsB = IntVector.fromMemorySegment(PAIRS, rows, rowB + 2L * i, ORDER);
      FloatVector leftB = even(pairsB);
      FloatVector rightB = odd(pairsB);
      b = leftB.fma(first, b);
      b = rightB.fma(second, b);
      IntVector pairsC = IntVector.fromMemorySegment(PAIRS, rows, rowC + 2L * i, ORDER);
      FloatVector leftC = even(pairsC);
      FloatVector rightC = odd(pairsC);
      c = leftC.fma(first, c);
      c = rightC.fma(second, c);
      IntVector pairsD = IntVector.fromMemorySegment(PAIRS, rows, rowD + 2L * i, ORDER);
      FloatVector leftD = even(pairsD);
      FloatVector rightD = odd(pairsD);
      d = leftD.fma(first, d);
      d = rightD.fma(second, d);
    }
    a.intoArray(lanes, 0);
    b.intoArray(lanes, L);
    c.intoArray(lanes, 2 * L);
    d.intoArray(lanes, 3 * L);
  }

  private static FloatVector even(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector odd(IntVector pairs) {
    return pairs.and(HIGH_HALF).reinterpretAsFloats();
  }

  @Override
  float weight(long index) {
    return widened(memory, index);
  }

  /** A bf16 value as fp32. */
  static float widened(MemorySegment memory, long index) {
    return Float.intBitsToFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, index) << 16);
  }
}
