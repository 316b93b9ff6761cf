package toolr0.torch.decode;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.pytorch.Tensor;
import toolr0.torch.tensor.Tensors;

/**
 * A linear layer's weight, [out, in], read where the model keeps it, row after row: there is no
 * copy of it, and one row of input goes through it as fast as memory gives it. Where four rows of
 * input or more come at once, the weights of a few outputs are put into an array first, from which
 * vectors are loaded faster than from other memory.
 *
 * <p>An output is one sum of vectors, whose lanes are then added up in a fixed order.
 */
abstract sealed class RowMatrix implements Matrix permits Bf16RowMatrix, Fp32RowMatrix {
  static final VectorSpecies<Float> LANES = Storage.LANES;
  static final int L = LANES.length();
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Inputs that one step of a sum takes. */
  static final int GROUP = 2 * L;

  /** Outputs that are computed together where there are few rows of input. */
  private static final int OUTPUTS = 4;

  /** Rows of input that are computed together where there are as many. */
  private static final int ROWS = 4;

  /** Outputs that are computed together for those: there are 32 vectors of 16 lanes, 16 of 8. */
  private static final int TOGETHER = L > 8 ? 4 : 2;

  static {
    if (L > 16) {
      throw new IllegalStateException("vectors of " + L + " floats, expected 16 at most");
    }
  }

  final MemorySegment memory;
  final int in;

  /** Inputs in whole groups. */
  final int whole;

  private final int out;
  private final Team team;

  RowMatrix(Tensor weight, Team team) {
    this.memory = Tensors.memory(weight);
    this.out = Math.toIntExact(weight.size(0));
    this.in = Math.toIntExact(weight.size(1));
    this.whole = in / GROUP * GROUP;
    this.team = team;
  }

  /**
   * A view of a weight.
   *
   * @param weight contiguous, in fp32 or bf16; must outlive the view
   * @param team divides the outputs
   */
  static RowMatrix of(Tensor weight, Team team) {
    return switch (Tensors.type(weight)) {
      case Float -> new Fp32RowMatrix(weight, team);
      case BFloat16 -> new Bf16RowMatrix(weight, team);
      default -> throw new IllegalArgumentException("weights of type " + Tensors.type(weight));
    };
  }

  @Override
  public int outputs() {
    return PackedMatrix.padded(out);
  }

  /** Nothing to do: the weight is read where it lies. */
  @Override
  public void pack() {}

  @Override
  public void addProducts(
      float[] x, int xFrom, int xStride, float[] y, int yFrom, int yStride, int rows) {
    float[] ordered = new float[rows * in];
    for (int row = 0; row < rows; row++) {
      order(x, xFrom + row * xStride, ordered, row * in);
    }
    team.divide(
        out,
        OUTPUTS,
        (member, from, to) -> addProducts(ordered, y, yFrom, yStride, rows, from, to));
  }

  private void addProducts(
      float[] x, float[] y, int yFrom, int yStride, int rows, int from, int to) {
    if (rows < ROWS) {
      addFewRows(x, y, yFrom, yStride, rows, from, to);
    } else {
      addManyRows(x, y, yFrom, yStride, rows, from, to);
    }
  }

  /**
   * Reads the four quarters of the outputs side by side: a processor fetches ahead of long streams,
   * and those of neighbouring outputs would end after every few kilobytes.
   */
  private void addFewRows(
      float[] x, float[] y, int yFrom, int yStride, int rows, int from, int to) {
    float[] lanes = new float[OUTPUTS * L];
    int quarter = (to - from) / OUTPUTS;
    for (int o = from; o < from + quarter; o++) {
      for (int row = 0; row < rows; row++) {
        int x0 = row * in;
        sumFourOutputs(o, quarter, x, x0, lanes);
        int at = yFrom + row * yStride;
        for (int i = 0; i < OUTPUTS; i++) {
          int output = o + i * quarter;
          y[at + output] += total(lanes, i, output, x, x0);
        }
      }
    }
    for (int o = from + OUTPUTS * quarter; o < to; o++) {
      addOutput(o, x, y, yFrom, yStride, rows);
    }
  }

  private void addManyRows(
      float[] x, float[] y, int yFrom, int yStride, int rows, int from, int to) {
    float[] lanes = new float[TOGETHER * ROWS * L];
    float[] weights = new float[TOGETHER * whole];
    int o = from;
    for (; o + TOGETHER <= to; o += TOGETHER) {
      for (int i = 0; i < TOGETHER; i++) {
        arrange(o + i, weights, i * whole);
      }
      int row = 0;
      for (; row + ROWS <= rows; row += ROWS) {
        sumFourRows(weights, x, row * in, lanes);
        for (int r = 0; r < ROWS; r++) {
          addTotals(lanes, r, o, x, (row + r) * in, y, yFrom + (row + r) * yStride);
        }
      }
      for (; row < rows; row++) {
        for (int i = 0; i < TOGETHER; i += 2) {
          sumTwoOutputs(weights, i * whole, x, row * in, lanes, i * L);
        }
        addTotals(lanes, 0, o, x, row * in, y, yFrom + row * yStride);
      }
    }
    for (; o < to; o++) {
      addOutput(o, x, y, yFrom, yStride, rows);
    }
  }

  private void addTotals(float[] lanes, int row, int output, float[] x, int x0, float[] y, int y0) {
    for (int i = 0; i < TOGETHER; i++) {
      y[y0 + output + i] += total(lanes, TOGETHER * row + i, output + i, x, x0);
    }
  }

  /** One that is left over. */
  private void addOutput(int output, float[] x, float[] y, int yFrom, int yStride, int rows) {
    float[] lanes = new float[L];
    float[] weights = new float[whole];
    arrange(output, weights, 0);
    for (int row = 0; row < rows; row++) {
      sumOneOutput(weights, x, row * in, lanes);
      y[yFrom + row * yStride + output] += total(lanes, 0, output, x, row * in);
    }
  }

  /** Copies a row of inputs in the order in which they are multiplied. */
  abstract void order(float[] x, int from, float[] ordered, int at);

  /**
   * Copies the whole groups of an output's weights, in the order that {@link #order} gives inputs.
   */
  abstract void arrange(int output, float[] weights, int at);

  /**
   * Four outputs of one row of input, which are {@code apart} outputs apart.
   *
   * @param lanes gets a vector of each output
   */
  abstract void sumFourOutputs(int output, int apart, float[] x, int x0, float[] lanes);

  /** A weight as fp32. */
  abstract float weight(long index);

  private void sumOneOutput(float[] weights, float[] x, int x0, float[] lanes) {
    FloatVector sum = FloatVector.zero(LANES);
    for (int i = 0; i < whole; i += L) {
      FloatVector value = FloatVector.fromArray(LANES, x, x0 + i);
      sum = FloatVector.fromArray(LANES, weights, i).fma(value, sum);
    }
    sum.intoArray(lanes, 0);
  }

  /** Two outputs of one row of input. */
  private void sumTwoOutputs(float[] weights, int from, float[] x, int x0, float[] lanes, int at) {
    FloatVector a = FloatVector.zero(LANES);
    FloatVector b = FloatVector.zero(LANES);
    for (int i = 0; i < whole; i += L) {
      FloatVector value = FloatVector.fromArray(LANES, x, x0 + i);
      a = FloatVector.fromArray(LANES, weights, from + i).fma(value, a);
      b = FloatVector.fromArray(LANES, weights, from + whole + i).fma(value, b);
    }
    a.intoArray(lanes, at);
    b.intoArray(lanes, at + L);
  }

  /**
   * The outputs of four rows of input that are computed together; {@code lanes} gets the first
   * row's, then the others'.
   */
  private void sumFourRows(float[] weights, float[] x, int x0, float[] lanes) {
    if (TOGETHER == 4) {
      sumFourOutputsOfFourRows(weights, x, x0, lanes);
    } else {
      sumTwoOutputsOfFourRows(weights, x, x0, lanes);
    }
  }

  /** For 32 vector registers: eight loads for sixteen products. */
  private void sumFourOutputsOfFourRows(float[] weights, float[] x, int x0, float[] lanes) {
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
    FloatVector c0 = FloatVector.zero(LANES);
    FloatVector c1 = FloatVector.zero(LANES);
    FloatVector c2 = FloatVector.zero(LANES);
    FloatVector c3 = FloatVector.zero(LANES);
    FloatVector d0 = FloatVector.zero(LANES);
    FloatVector d1 = FloatVector.zero(LANES);
    FloatVector d2 = FloatVector.zero(LANES);
    FloatVector d3 = FloatVector.zero(LANES);
    for (int i = 0; i < whole; i += L) {
      FloatVector a = FloatVector.fromArray(LANES, weights, i);
      FloatVector b = FloatVector.fromArray(LANES, weights, whole + i);
      FloatVector c = FloatVector.fromArray(LANES, weights, 2 * whole + i);
      FloatVector d = FloatVector.fromArray(LANES, weights, 3 * whole + i);
      FloatVector value = FloatVector.fromArray(LANES, x, x0 + i);
      a0 = a.fma(value, a0);
      b0 = b.fma(value, b0);
      c0 = c.fma(value, c0);
      d0 = d.fma(value, d0);
      value = FloatVector.fromArray(LANES, x, x1 + i);
      a1 = a.fma(value, a1);
      b1 = b.fma(value, b1);
      c1 = c.fma(value, c1);
      d1 = d.fma(value, d1);
      value = FloatVector.fromArray(LANES, x, x2 + i);
      a2 = a.fma(value, a2);
      b2 = b.fma(value, b2);
      c2 = c.fma(value, c2);
      d2 = d.fma(value, d2);
      value = FloatVector.fromArray(LANES, x, x3 + i);
      a3 = a.fma(value, a3);
      b3 = b.fma(value, b3);
      c3 = c.fma(value, c3);
      d3 = d.fma(value, d3);
    }
    a0.intoArray(lanes, 0);
    b0.intoArray(lanes, L);
    c0.intoArray(lanes, 2 * L);
    d0.intoArray(lanes, 3 * L);
    a1.intoArray(lanes, 4 * L);
    b1.intoArray(lanes, 5 * L);
    c1.intoArray(lanes, 6 * L);
    d1.intoArray(lanes, 7 * L);
    a2.intoArray(lanes, 8 * L);
    b2.intoArray(lanes, 9 * L);
    c2.intoArray(lanes, 10 * L);
    d2.intoArray(lanes, 11 * L);
    a3.intoArray(lanes, 12 * L);
    b3.intoArray(lanes, 13 * L);
    c3.intoArray(lanes, 14 * L);
    d3.intoArray(lanes, 15 * L);
  }

  /** For 16 vector registers: six loads for eight products. */
  private void sumTwoOutputsOfFourRows(float[] weights, float[] x, int x0, float[] lanes) {
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
    for (int i = 0; i < whole; i += L) {
      FloatVector a = FloatVector.fromArray(LANES, weights, i);
      FloatVector b = FloatVector.fromArray(LANES, weights, whole + i);
      FloatVector value = FloatVector.fromArray(LANES, x, x0 + i);
      a0 = a.fma(value, a0);
      b0 = b.fma(value, b0);
      value = FloatVector.fromArray(LANES, x, x1 + i);
      a1 = a.fma(value, a1);
      b1 = b.fma(value, b1);
      value = FloatVector.fromArray(LANES, x, x2 + i);
      a2 = a.fma(value, a2);
      b2 = b.fma(value, b2);
      value = FloatVector.fromArray(LANES, x, x3 + i);
      a3 = a.fma(value, a3);
      b3 = b.fma(value, b3);
    }
    a0.intoArray(lanes, 0);
    b0.intoArray(lanes, L);
    a1.intoArray(lanes, 2 * L);
    b1.intoArray(lanes, 3 * L);
    a2.intoArray(lanes, 4 * L);
    b2.intoArray(lanes, 5 * L);
    a3.intoArray(lanes, 6 * L);
    b3.intoArray(lanes, 7 * L);
  }

  /**
   * The result of a sum and the inputs behind the last whole group. Lanes are added up by halves,
   * through memory: the order in which the Vector API would do it is open, and to move lanes within
   * a vector takes it longer. Halves of long vectors are vectors; for short ones a loop is faster.
   */
  private float total(float[] lanes, int vector, int output, float[] x, int x0) {
    int at = vector * L;
    if (L > 8) {
      addUpperHalf(FloatVector.SPECIES_256, lanes, at);
      addUpperHalf(FloatVector.SPECIES_128, lanes, at);
    }
    for (int half = L > 8 ? 2 : L / 2; half > 0; half /= 2) {
      for (int i = at; i < at + half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    float total = lanes[at];
    for (int i = whole; i < in; i++) {
      total = Math.fma(x[x0 + i], weight((long) output * in + i), total);
    }
    return total;
  }

  private static void addUpperHalf(VectorSpecies<Float> half, float[] lanes, int at) {
    FloatVector lower = FloatVector.fromArray(half, lanes, at);
    lower.add(FloatVector.fromArray(half, lanes, at + half.length())).intoArray(lanes, at);
  }
}
