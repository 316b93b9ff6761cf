package toolr0.torch.decode;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.bytedeco.pytorch.Tensor;
import toolr0.torch.tensor.Tensors;

/**
 * A linear layer's weight, [out, in], read where the model keeps it, row after row: there is no
 * copy of it, and one row of input goes through it as fast as memory gives it.
 *
 * <p>An output is one sum of vectors, whose lanes are then added up in a fixed order.
 */
abstract sealed class RowMatrix implements Matrix permits Bf16RowMatrix, Fp32RowMatrix {
  static final VectorSpecies<Float> LANES = Storage.LANES;
  static final int L = LANES.length();
  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final VectorShuffle<Float> BY_8 = shifted(8);
  private static final VectorShuffle<Float> BY_4 = shifted(4);
  private static final VectorShuffle<Float> BY_2 = shifted(2);
  private static final VectorShuffle<Float> BY_1 = shifted(1);

  /** Inputs that one step of a sum takes. */
  static final int GROUP = 2 * L;

  /** Rows of input that are computed together, for two outputs: eight sums at the same time. */
  private static final int ROWS = 4;

  /** Outputs that are computed together for one row. */
  private static final int OUTPUTS = 4;

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
    int o = from;
    for (; o + OUTPUTS <= to; o += OUTPUTS) {
      int row = 0;
      for (; row + ROWS <= rows; row += ROWS) {
        int at = yFrom + row * yStride + o;
        addFourRows(o, x, row * in, y, at, yStride);
        addFourRows(o + 2, x, row * in, y, at + 2, yStride);
      }
      for (; row < rows; row++) {
        addOneRow(o, x, row * in, y, yFrom + row * yStride + o);
      }
    }
    for (; o < to; o++) {
      for (int row = 0; row < rows; row++) {
        y[yFrom + row * yStride + o] += product(o, x, row * in);
      }
    }
  }

  /** Copies a row of inputs in the order in which {@link #product} takes them. */
  abstract void order(float[] x, int from, float[] ordered, int at);

  /** One output of one row. */
  abstract float product(int output, float[] x, int x0);

  /** Adds four outputs of one row, each summed as {@link #product} does. */
  abstract void addOneRow(int output, float[] x, int x0, float[] y, int at);

  /**
   * Adds two outputs of four rows, each summed as {@link #product} does.
   *
   * @param x0 where the first row begins; the others follow
   * @param at where the first row's first output goes; the other rows' are {@code yStride} apart
   */
  abstract void addFourRows(int output, float[] x, int x0, float[] y, int at, int yStride);

  /** A weight as fp32. */
  abstract float weight(long index);

  private static VectorShuffle<Float> shifted(int lanes) {
    return VectorShuffle.fromOp(LANES, lane -> (lane + lanes) % L);
  }

  /**
   * The result of a sum and the inputs behind the last whole group. Lanes are added up by halves;
   * the order in which the Vector API would do it is open.
   */
  final float total(FloatVector sum, int output, float[] x, int x0) {
    FloatVector all = sum;
    if (L >= 16) {
      all = all.add(all.rearrange(BY_8));
    }
    if (L >= 8) {
      all = all.add(all.rearrange(BY_4));
    }
    all = all.add(all.rearrange(BY_2));
    all = all.add(all.rearrange(BY_1));
    float total = all.lane(0);
    for (int i = whole; i < in; i++) {
      total = Math.fma(x[x0 + i], weight((long) output * in + i), total);
    }
    return total;
  }
}
