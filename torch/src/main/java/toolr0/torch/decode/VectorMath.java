package toolr0.torch.decode;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Element-wise functions over parts of arrays. All of them are made of operations that have one
 * result: interpreted or compiled, the bits are the same, which the library functions of the Vector
 * API do not promise.
 */
final class VectorMath {
  private static final VectorSpecies<Float> LANES = Storage.LANES;
  private static final int L = LANES.length();

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6933594f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final float ROUND = 12_582_912f;
  private static final float LEAST = -87f;

  private VectorMath() {}

  /** e^x for x at most 0, with a relative error below 2e-7; 0 below -87. */
  private static FloatVector exp(FloatVector x) {
    FloatVector clamped = x.max(LEAST);
    FloatVector shifted = clamped.mul(LOG2_E).add(ROUND);
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(FloatVector.broadcast(LANES, -LN2_HIGH), clamped);
    r = n.fma(FloatVector.broadcast(LANES, -LN2_LOW), r);
    FloatVector p = FloatVector.broadcast(LANES, 0.00019875691f);
    p = p.fma(r, FloatVector.broadcast(LANES, 0.0013981999f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.008333452f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.041665796f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.16666666f));
    p = p.fma(r, FloatVector.broadcast(LANES, 0.5f));
    p = p.fma(r.mul(r), r).add(1f);
    FloatVector power =
        shifted
            .reinterpretAsInts()
            .lanewise(VectorOperators.LSHL, 23)
            .add(Float.floatToRawIntBits(1f))
            .reinterpretAsFloats();
    return p.mul(power).blend(0f, x.lt(LEAST));
  }

  /**
   * Replaces each value by e^(value - largest) and returns the sum of these; {@code length} is
   * rounded up to whole vectors, whose surplus values must be minus infinity.
   */
  static float expShifted(float[] values, int from, int length) {
    float largest = max(values, from, length);
    FloatVector sums = FloatVector.zero(LANES);
    for (int i = 0; i < length; i += L) {
      FloatVector e = exp(FloatVector.fromArray(LANES, values, from + i).sub(largest));
      e.intoArray(values, from + i);
      sums = sums.add(e);
    }
    return sum(sums);
  }

  /** The largest value; {@code length} as in {@link #expShifted}. */
  static float max(float[] values, int from, int length) {
    FloatVector most = FloatVector.broadcast(LANES, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < length; i += L) {
      most = most.max(FloatVector.fromArray(LANES, values, from + i));
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  /** {@code out = x / rms(x) * weight}; {@code out} may be {@code x}. */
  static void rmsNorm(
      float[] x, int from, int size, float[] weight, double eps, float[] out, int outFrom) {
    FloatVector squares = FloatVector.zero(LANES);
    int whole = LANES.loopBound(size);
    for (int i = 0; i < whole; i += L) {
      FloatVector v = FloatVector.fromArray(LANES, x, from + i);
      squares = v.fma(v, squares);
    }
    float total = sum(squares);
    for (int i = whole; i < size; i++) {
      total += x[from + i] * x[from + i];
    }
    float scale = (float) (1 / Math.sqrt(total / size + eps));
    for (int i = 0; i < whole; i += L) {
      FloatVector.fromArray(LANES, x, from + i)
          .mul(scale)
          .mul(FloatVector.fromArray(LANES, weight, i))
          .intoArray(out, outFrom + i);
    }
    for (int i = whole; i < size; i++) {
      out[outFrom + i] = x[from + i] * scale * weight[i];
    }
  }

  /** {@code gate = gate * sigmoid(gate) * up}. */
  static void swiGlu(float[] values, int gate, int up, int size) {
    int whole = LANES.loopBound(size);
    for (int i = 0; i < whole; i += L) {
      FloatVector g = FloatVector.fromArray(LANES, values, gate + i);
      FloatVector e = exp(g.abs().neg());
      FloatVector sigmoid = e.blend(1f, g.lt(0f).not()).div(e.add(1f));
      g.mul(sigmoid).mul(FloatVector.fromArray(LANES, values, up + i)).intoArray(values, gate + i);
    }
    for (int i = whole; i < size; i++) {
      float g = values[gate + i];
      values[gate + i] = (float) (g / (1 + Math.exp(-g))) * values[up + i];
    }
  }

  /** The lanes' sum, from the first to the last. */
  private static float sum(FloatVector v) {
    float total = 0;
    for (float lane : v.toArray()) {
      total += lane;
    }
    return total;
  }
}
