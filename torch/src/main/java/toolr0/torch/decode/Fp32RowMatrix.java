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
  void arrange(int output, float[] weights, int at) {
    MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, 4L * output * in, weights, at, whole);
  }

  @Override
  void sumFourOutputs(int output, int apart, float[] x, int x0, float[] lanes) {
    MemorySegment rows = Storage.known(memory);
    FloatVector a = FloatVector.zero(LANES);
    FloatVector b = FloatVector.zero(LANES);
    FloatVector c = FloatVector.zero(LANES);
    FloatVector d = FloatVector.zero(LANES);
    long rowA = 4L * output * in;
    long rowB = rowA + 4L * apart * in;
    long rowC = rowB + 4L * apart * in;
    long rowD = rowC + 4L * apart * in;
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
    a.intoArray(lanes, 0);
    b.intoArray(lanes, L);
    c.intoArray(lanes, 2 * L);
    d.intoArray(lanes, 3 * L);
  }

  @Override
  float weight(long index) {
    return memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }
}
