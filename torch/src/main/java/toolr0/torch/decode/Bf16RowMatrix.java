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
  float product(int output, float[] x, int x0) {
    MemorySegment rows = Storage.known(memory);
    FloatVector sum = FloatVector.zero(LANES);
    long row = 2L * output * in;
    for (int i = 0; i < whole; i += GROUP) {
      IntVector pairs = IntVector.fromMemorySegment(PAIRS, rows, row + 2L * i, ORDER);
      FloatVector left = even(pairs);
      FloatVector right = odd(pairs);
      sum = left.fma(FloatVector.fromArray(LANES, x, x0 + i), sum);
      sum = right.fma(FloatVector.fromArray(LANES, x, x0 + i + L), sum);
    }
    return total(sum, output, x, x0);
  }

  @Override
  void addOneRow(int output, float[] x, int x0, float[] y, int at) {
    MemorySegment rows = Storage.known(memory);
    FloatVector a = FloatVector.zero(LANES);
    FloatVector b = FloatVector.zero(LANES);
    FloatVector c = FloatVector.zero(LANES);
    FloatVector d = FloatVector.zero(LANES);
    long rowA = 2L * output * in;
    long rowB = rowA + 2L * in;
    long rowC = rowB + 2L * in;
    long rowD = rowC + 2L * in;
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
    y[at] += total(a, output, x, x0);
    y[at + 1] += total(b, output + 1, x, x0);
    y[at + 2] += total(c, output + 2, x, x0);
    y[at + 3] += total(d, output + 3, x, x0);
  }

  @Override
  void addFourRows(int output, float[] x, int x0, float[] y, int at, int yStride) {
    MemorySegment rows = Storage.known(memory);
    int x1 = x0 + in;
    int x2 = x1 + in;
    int x3 = x2 + in;
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
    FloatVector b0 = FloatVector.zero(LANES);
    FloatVector b1 = FloatVector.zero(LANES);
    FloatVector b2 = FloatVector.zero(LANES);
    FloatVector b3 = FloatVector.zero(LANES);
    long rowA = 2L * output * in;
    long rowB = rowA + 2L * in;
    for (int i = 0; i < whole; i += GROUP) {
      IntVector pairsA = IntVector.fromMemorySegment(PAIRS, rows, rowA + 2L * i, ORDER);
      FloatVector leftA = even(pairsA);
      FloatVector rightA = odd(pairsA);
      IntVector pairsB = IntVector.fromMemorySegment(PAIRS, rows, rowB + 2L * i, ORDER);
      FloatVector leftB = even(pairsB);
      FloatVector rightB = odd(pairsB);
      FloatVector value = FloatVector.fromArray(LANES, x, x0 + i);
      a0 = leftA.fma(value, a0);
      b0 = leftB.fma(value, b0);
      value = FloatVector.fromArray(LANES, x, x1 + i);
      a1 = leftA.fma(value, a1);
      b1 = leftB.fma(value, b1);
      value = FloatVector.fromArray(LANES, x, x2 + i);
      a2 = leftA.fma(value, a2);
      b2 = leftB.fma(value, b2);
      value = FloatVector.fromArray(LANES, x, x3 + i);
      a3 = leftA.fma(value, a3);
      b3 = leftB.fma(value, b3);
      value = FloatVector.fromArray(LANES, x, x0 + i + L);
      a0 = rightA.fma(value, a0);
      b0 = rightB.fma(value, b0);
      value = FloatVector.fromArray(LANES, x, x1 + i + L);
      a1 = rightA.fma(value, a1);
      b1 = rightB.fma(value, b1);
      value = FloatVector.fromArray(LANES, x, x2 + i + L);
      a2 = rightA.fma(value, a2);
      b2 = rightB.fma(value, b2);
      value = FloatVector.fromArray(LANES, x, x3 + i + L);
      a3 = rightA.fma(value, a3);
      b3 = rightB.fma(value, b3);
    }
    y[at] += total(a0, output, x, x0);
    y[at + 1] += total(b0, output + 1, x, x0);
    y[at + yStride] += total(a1, output, x, x1);
    y[at + yStride + 1] += total(b1, output + 1, x, x1);
    y[at + 2 * yStride] += total(a2, output, x, x2);
    y[at + 2 * yStride + 1] += total(b2, output + 1, x, x2);
    y[at + 3 * yStride] += total(a3, output, x, x3);
    y[at + 3 * yStride + 1] += total(b3, output + 1, x, x3);
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
