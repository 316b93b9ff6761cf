package toolr0.torch.decode;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.pytorch.Tensor;
import toolr0.policy.Device;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * A linear layer's weight, [out, in], laid out for few rows of input: panels of {@link #PANEL}
 * outputs, in each of which the values of one input stand side by side. Every output is summed from
 * the first input to the last, whatever the number of rows.
 */
final class PackedMatrix implements Matrix {
  private static final VectorSpecies<Float> LANES = Storage.LANES;
  private static final int L = LANES.length();

  /** Outputs of a panel. */
  static final int PANEL = 2 * L;

  private final Storage storage;
  private final Tensor weight;
  private final Tensor panels;
  private final MemorySegment memory;
  private final int in;
  private final int out;

  /**
   * Room for a weight; {@link #pack} fills it.
   *
   * @param storage what the packed copy lies in
   * @param owned frees the packed copy
   */
  PackedMatrix(Tensor weight, Storage storage, Owned owned) {
    this.storage = storage;
    this.weight = weight;
    this.out = Math.toIntExact(weight.size(0));
    this.in = Math.toIntExact(weight.size(1));
    this.panels =
        owned.keep(Tensors.zeros(Device.CPU, storage.type(), padded(out) / PANEL, in, PANEL));
    this.memory = Tensors.memory(panels);
  }

  /** The size rounded up to whole panels. */
  static int padded(int size) {
    return (size + PANEL - 1) / PANEL * PANEL;
  }

  @Override
  public int outputs() {
    return padded(out);
  }

  /** Copies the weight as it is now. */
  @Override
  public void pack() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor halves = storage.halves(panels);
      int whole = out / PANEL;
      if (whole > 0) {
        Tensor rows = weight.narrow(0, 0, (long) whole * PANEL).view(whole, 2, L, in);
        halves.narrow(0, 0, whole).copy_(rows.permute(0, 3, 1, 2));
      }
      for (int from = whole * PANEL; from < out; from += L) {
        int count = Math.min(L, out - from);
        Tensor half = halves.select(0, whole).select(1, from % PANEL / L);
        half.narrow(1, 0, count).copy_(weight.narrow(0, from, count).transpose(0, 1));
      }
    }
  }

  @Override
  public void addProducts(
      float[] x, int xFrom, int xStride, float[] y, int yFrom, int yStride, int rows) {
    long panelBytes = (long) storage.bytes() * in * PANEL;
    int fours = blocksOfFour(rows);
    int sixes = (rows - 4 * fours) / 6;
    for (int panel = 0; panel < outputs() / PANEL; panel++) {
      MemorySegment weights = memory.asSlice(panel * panelBytes, panelBytes);
      int column = yFrom + panel * PANEL;
      int row = 0;
      for (int i = 0; i < sixes; i++, row += 6) {
        sixRows(weights, x, xFrom + row * xStride, xStride, y, row * yStride + column, yStride);
      }
      for (int i = 0; i < fours; i++, row += 4) {
        fourRows(weights, x, xFrom + row * xStride, xStride, y, row * yStride + column, yStride);
      }
      for (; row < rows; row++) {
        oneRow(weights, x, xFrom + row * xStride, y, row * yStride + column);
      }
    }
  }

  /** How many blocks of four rows leave the fewest rows over when the others go by six. */
  private static int blocksOfFour(int rows) {
    int wanted =
        switch (rows % 6) {
          case 2, 3 -> 2;
          case 4, 5 -> 1;
          default -> 0;
        };
    return Math.min(wanted, rows / 4);
  }

  private void sixRows(
      MemorySegment panel, float[] x, int x0, int xStride, float[] y, int y0, int yStride) {
    MemorySegment weights = Storage.known(panel);
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int x4 = x3 + xStride;
    int x5 = x4 + xStride;
    int y1 = y0 + yStride;
    int y2 = y1 + yStride;
    int y3 = y2 + yStride;
    int y4 = y3 + yStride;
    int y5 = y4 + yStride;
    FloatVector left0 = FloatVector.fromArray(LANES, y, y0);
    FloatVector right0 = FloatVector.fromArray(LANES, y, y0 + L);
    FloatVector left1 = FloatVector.fromArray(LANES, y, y1);
    FloatVector right1 = FloatVector.fromArray(LANES, y, y1 + L);
    FloatVector left2 = FloatVector.fromArray(LANES, y, y2);
    FloatVector right2 = FloatVector.fromArray(LANES, y, y2 + L);
    FloatVector left3 = FloatVector.fromArray(LANES, y, y3);
    FloatVector right3 = FloatVector.fromArray(LANES, y, y3 + L);
    FloatVector left4 = FloatVector.fromArray(LANES, y, y4);
    FloatVector right4 = FloatVector.fromArray(LANES, y, y4 + L);
    FloatVector left5 = FloatVector.fromArray(LANES, y, y5);
    FloatVector right5 = FloatVector.fromArray(LANES, y, y5 + L);
    for (int i = 0; i < in; i++) {
      FloatVector left = storage.left(weights, (long) i * PANEL);
      FloatVector right = storage.right(weights, (long) i * PANEL);
      FloatVector value = FloatVector.broadcast(LANES, x[x0 + i]);
      left0 = left.fma(value, left0);
      right0 = right.fma(value, right0);
      value = FloatVector.broadcast(LANES, x[x1 + i]);
      left1 = left.fma(value, left1);
      right1 = right.fma(value, right1);
      value = FloatVector.broadcast(LANES, x[x2 + i]);
      left2 = left.fma(value, left2);
      right2 = right.fma(value, right2);
      value = FloatVector.broadcast(LANES, x[x3 + i]);
      left3 = left.fma(value, left3);
      right3 = right.fma(value, right3);
      value = FloatVector.broadcast(LANES, x[x4 + i]);
      left4 = left.fma(value, left4);
      right4 = right.fma(value, right4);
      value = FloatVector.broadcast(LANES, x[x5 + i]);
      left5 = left.fma(value, left5);
      right5 = right.fma(value, right5);
    }
    left0.intoArray(y, y0);
    right0.intoArray(y, y0 + L);
    left1.intoArray(y, y1);
    right1.intoArray(y, y1 + L);
    left2.intoArray(y, y2);
    right2.intoArray(y, y2 + L);
    left3.intoArray(y, y3);
    right3.intoArray(y, y3 + L);
    left4.intoArray(y, y4);
    right4.intoArray(y, y4 + L);
    left5.intoArray(y, y5);
    right5.intoArray(y, y5 + L);
  }

  private void fourRows(
      MemorySegment panel, float[] x, int x0, int xStride, float[] y, int y0, int yStride) {
    MemorySegment weights = Storage.known(panel);
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int y1 = y0 + yStride;
    int y2 = y1 + yStride;
    int y3 = y2 + yStride;
    FloatVector left0 = FloatVector.fromArray(LANES, y, y0);
    FloatVector right0 = FloatVector.fromArray(LANES, y, y0 + L);
    FloatVector left1 = FloatVector.fromArray(LANES, y, y1);
    FloatVector right1 = FloatVector.fromArray(LANES, y, y1 + L);
    FloatVector left2 = FloatVector.fromArray(LANES, y, y2);
    FloatVector right2 = FloatVector.fromArray(LANES, y, y2 + L);
    FloatVector left3 = FloatVector.fromArray(LANES, y, y3);
    FloatVector right3 = FloatVector.fromArray(LANES, y, y3 + L);
    for (int i = 0; i < in; i++) {
      FloatVector left = storage.left(weights, (long) i * PANEL);
      FloatVector right = storage.right(weights, (long) i * PANEL);
      FloatVector value = FloatVector.broadcast(LANES, x[x0 + i]);
      left0 = left.fma(value, left0);
      right0 = right.fma(value, right0);
      value = FloatVector.broadcast(LANES, x[x1 + i]);
      left1 = left.fma(value, left1);
      right1 = right.fma(value, right1);
      value = FloatVector.broadcast(LANES, x[x2 + i]);
      left2 = left.fma(value, left2);
      right2 = right.fma(value, right2);
      value = FloatVector.broadcast(LANES, x[x3 + i]);
      left3 = left.fma(value, left3);
      right3 = right.fma(value, right3);
    }
    left0.intoArray(y, y0);
    right0.intoArray(y, y0 + L);
    left1.intoArray(y, y1);
    right1.intoArray(y, y1 + L);
    left2.intoArray(y, y2);
    right2.intoArray(y, y2 + L);
    left3.intoArray(y, y3);
    right3.intoArray(y, y3 + L);
  }

  private void oneRow(MemorySegment panel, float[] x, int x0, float[] y, int y0) {
    MemorySegment weights = Storage.known(panel);
    FloatVector left = FloatVector.fromArray(LANES, y, y0);
    FloatVector right = FloatVector.fromArray(LANES, y, y0 + L);
    for (int i = 0; i < in; i++) {
      FloatVector value = FloatVector.broadcast(LANES, x[x0 + i]);
      left = storage.left(weights, (long) i * PANEL).fma(value, left);
      right = storage.right(weights, (long) i * PANEL).fma(value, right);
    }
    left.intoArray(y, y0);
    right.intoArray(y, y0 + L);
  }
}
