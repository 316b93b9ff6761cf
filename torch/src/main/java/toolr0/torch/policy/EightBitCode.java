package toolr0.torch.policy;

/**
 * A code of 256 numbers of at most 1, dense near 0 (dynamic quantisation, arXiv 2110.02861, section
 * 1.3): every decade down to 1e-6 has twice the codes of the decade below it, each the middle of an
 * equal part of the decade; 0 and 1 are codes too.
 */
final class EightBitCode {
  private static final int DECADES = 7;

  /** The bits of a float that a bucket is made of: with 8 of its mantissa, no two borders share. */
  private static final int SHIFT = 15;

  /** Codes of numbers from -1 to 1; -1 itself is the nearest that there is. */
  static final EightBitCode SIGNED = new EightBitCode(true);

  /** Codes of numbers from 0 to 1. */
  static final EightBitCode UNSIGNED = new EightBitCode(false);

  /** Ascending, 0 first, 1 last. */
  private final float[] magnitudes;

  /** Between a magnitude and the next. */
  private final float[] borders;

  /** Index of the magnitude nearest to the least number of a bucket. */
  private final short[] ofBucket;

  /** The numbers by code. */
  private final float[] values = new float[256];

  /** The code of 0. */
  private final int zero;

  private EightBitCode(boolean signed) {
    int codes = signed ? 129 : 256;
    magnitudes = new float[codes];
    int next = 1;
    for (int decade = 0; decade < DECADES; decade++) {
      int parts = (signed ? 1 : 2) << decade;
      double size = Math.pow(10, decade - (DECADES - 1));
      for (int part = 0; part < parts; part++) {
        magnitudes[next++] = (float) (size * (0.1 + 0.9 * (part + 0.5) / parts));
      }
    }
    magnitudes[next] = 1;
    borders = new float[codes];
    for (int i = 0; i + 1 < codes; i++) {
      borders[i] = (magnitudes[i] + magnitudes[i + 1]) / 2;
    }
    borders[codes - 1] = Float.POSITIVE_INFINITY;
    ofBucket = new short[(Float.floatToRawIntBits(1) >>> SHIFT) + 1];
    int magnitude = 0;
    for (int bucket = 0; bucket < ofBucket.length; bucket++) {
      float least = Float.intBitsToFloat(bucket << SHIFT);
      while (least > borders[magnitude]) {
        magnitude++;
      }
      ofBucket[bucket] = (short) magnitude;
    }
    zero = signed ? 127 : 0;
    for (int code = 0; code < 256; code++) {
      values[code] = code >= zero ? magnitudes[code - zero] : -magnitudes[zero - code];
    }
  }

  /** The numbers that are not negative, ascending from 0 to 1. */
  float[] magnitudes() {
    return magnitudes.clone();
  }

  /** The code of 0; those behind it are the magnitudes'. */
  int zero() {
    return zero;
  }

  /** The number of a code. */
  float value(byte code) {
    return values[code & 0xff];
  }

  /** The code of the nearest number. */
  byte nearest(float value) {
    float magnitude = Math.min(1, Math.abs(value));
    return code(value < 0, indexOfNearest(magnitude));
  }

  /**
   * The code of one of the two numbers around a value, the nearer it is the more often, so that
   * their mean is the value.
   *
   * @param chance in [0, 1), which decides
   */
  byte around(float value, float chance) {
    float magnitude = Math.min(1, Math.abs(value));
    int index = indexOfNearest(magnitude);
    if (magnitude < magnitudes[index]) {
      index--;
    }
    float below = magnitudes[index];
    if (magnitude > below && chance * (magnitudes[index + 1] - below) < magnitude - below) {
      index++;
    }
    return code(value < 0, index);
  }

  private int indexOfNearest(float magnitude) {
    int index = ofBucket[Float.floatToRawIntBits(magnitude) >>> SHIFT];
    return magnitude > borders[index] ? index + 1 : index;
  }

  private byte code(boolean negative, int index) {
    return (byte) (negative ? Math.max(0, zero - index) : zero + index);
  }
}
