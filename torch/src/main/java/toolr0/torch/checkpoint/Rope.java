package toolr0.torch.checkpoint;

/**
 * Rotary position embeddings: value i of a head and value i + headDim / 2 turn together by the
 * position times frequency i.
 *
 * @param theta base of the wavelengths, above 0
 * @param scaling how the frequencies are changed for contexts longer than those of pre-training
 */
public record Rope(double theta, Scaling scaling) {

  /** A change of the frequencies. */
  public sealed interface Scaling {}

  /** Frequencies as they are, {@code rope_type} default. */
  public record Unscaled() implements Scaling {}

  /**
   * Llama 3's, {@code rope_type} llama3: wavelengths above {@code original / lowFreqFactor} are
   * stretched by {@code factor}, those below {@code original / highFreqFactor} stay, and between
   * the two the frequencies are blended.
   *
   * @param factor at least 1
   * @param lowFreqFactor above 0
   * @param highFreqFactor above {@code lowFreqFactor}
   * @param originalMaxPositionEmbeddings longest sequence of pre-training, in tokens
   */
  public record Llama3(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositionEmbeddings)
      implements Scaling {
    public Llama3 {
      check(factor >= 1 && Double.isFinite(factor), "factor", factor, "a number of at least 1");
      check(lowFreqFactor > 0, "low_freq_factor", lowFreqFactor, "a positive number");
      check(
          highFreqFactor > lowFreqFactor && Double.isFinite(highFreqFactor),
          "high_freq_factor",
          highFreqFactor,
          "a number above low_freq_factor " + lowFreqFactor);
      check(
          originalMaxPositionEmbeddings > 0,
          "original_max_position_embeddings",
          originalMaxPositionEmbeddings,
          "at least 1");
    }

    double scaled(double frequency) {
      double wavelength = 2 * Math.PI / frequency;
      if (wavelength > originalMaxPositionEmbeddings / lowFreqFactor) {
        return frequency / factor;
      }
      if (wavelength < originalMaxPositionEmbeddings / highFreqFactor) {
        return frequency;
      }
      double kept =
          (originalMaxPositionEmbeddings / wavelength - lowFreqFactor)
              / (highFreqFactor - lowFreqFactor);
      return (1 - kept) * frequency / factor + kept * frequency;
    }
  }

  public Rope {
    check(theta > 0 && Double.isFinite(theta), "rope_theta", theta, "a positive number");
  }

  /** Unscaled frequencies of a base. */
  public static Rope of(double theta) {
    return new Rope(theta, new Unscaled());
  }

  /**
   * The frequencies in radians a token, headDim / 2 of them, rounded to float as Hugging Face keeps
   * them.
   */
  public float[] frequencies(int headDim) {
    float[] frequencies = new float[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(theta, -2.0 * i / headDim);
      frequencies[i] =
          (float)
              switch (scaling) {
                case Unscaled _ -> frequency;
                case Llama3 llama3 -> llama3.scaled(frequency);
              };
    }
    return frequencies;
  }

  private static void check(boolean condition, String key, double value, String expected) {
    if (!condition) {
      throw new IllegalArgumentException(key + " is " + value + ", expected " + expected);
    }
  }
}
