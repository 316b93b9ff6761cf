package toolr0.torch.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.bytedeco.pytorch.Tensor;

/** Rows of fp32. */
final class Fp32RowMatrix extends RowMatrix {

  Fp32RowMatrix(Tensor weight, Team team) {
    super(weight, team);
  }

  @Override
  void order(float[] x, int from, float[] ordered, int at) {
    System.arraycopy(x, from, ordered, at, in);
  }

  @Override
  float product(int output, float[] x, int x0) {
    MemorySegment rows = Storage.known(memory);
    FloatVector sum = FloatVector.zero(LANES);
    long row = 4L * output * in;
    for (int i = 0; i < whole; i += GROUP) {
      FloatVector left = FloatVector.fromMemorySegment(LANES, rows, row + 4L * i, ORDER);
      FloatVector right = FloatVector.fromMemorySegment(LANES, rows, row + 4L * (i + L), ORDER);
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
    long rowA = 4L * output * in;
    long rowB = rowA + 4L * in;
    long rowC = rowB + 4L * in;
    long rowD = rowC + 4L * in;
    for (int i = 0; i < whole; i += GROUP) {
      FloatVector first = FloatVector.fromArray(LANES, x, x0 + i);
      FloatVector second = FloatVector.fromArray(LANES, x, x0 + i + L);
      FloatVector leftA = FloatVector.fromMemorySegment(LANES, rows, rowA + 4L * i, ORDER);
      FloatVector rightA = FloatVector.fromMemorySegment(LANES, rows, rowA + 4L * (i + L), ORDER);
      a = leftA.fma(first, a);
      a = rightA.fma(second, a);
      FloatVector leftB = FloatVector.fromMemorySegment(LANES, rows, rowB + 4L * i, ORDER);
      FloatVector rightB = FloatVector.fromMemorySegment(LANES, rows, rowB + 4L * (i + L), ORDER);
      b = leftB.fma(first, b);
      b = rightB.fma(second, b);
      FloatVector leftC = FloatVector.fromMemorySegment(LANES, rows, rowC + 4L * i, ORDER);
      FloatVector rightC = FloatVector.fromMemorySegment(LANES, rows, rowC + 4L * (i + L), ORDER);
      c = leftC.fma(first, c);
      c = rightC.fma(second, c);
      FloatVector leftD = FloatVector.fromMemorySegment(LANES, rows, rowD + 4L * i, ORDER);
      FloatVector rightD = FloatVector.fromMemorySegment(LANES, rows, rowD + 4L * (i + L), ORDER);
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
    long rowA = 4L * output * in;
    long rowB = rowA + 4L * in;
    for (int i = 0; i < whole; i += GROUP) {
      FloatVector leftA = FloatVector.fromMemorySegment(LANES, rows, rowA + 4L * i, ORDER);
      FloatVector rightA = FloatVector.fromMemorySegment(LANES, rows, rowA + 4L * (i + L), ORDER);
      FloatVector leftB = FloatVector.fromMemorySegment(LANES, rows, rowB + 4L * i, ORDER);
      FloatVector rightB = FloatVector.fromMemorySegment(LANES, rows, rowB + 4L * (i + L), ORDER);
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

  @Override
  float weight(long index) {
    return memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }
}
