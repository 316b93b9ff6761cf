package toolr0.reward;

/**
 * The reward of a success rate (method section 4.5).
 *
 * @param shape which curve
 * @param pLow lower edge of the flat part of {@link Shape#BAND}
 * @param pHigh upper edge of the flat part
 * @param sigma width of the decay outside the flat part, above 0
 */
public record DifficultyBand(Shape shape, double pLow, double pHigh, double sigma) {

  /** A curve over the success rate. */
  public enum Shape {
    /** 1 between the edges, falling off as exp(-d² / (2 sigma²)) outside. */
    BAND,
    /** 4 p (1 - p). */
    PEAK
  }

  public DifficultyBand {
    if (!(pLow >= 0 && pLow <= pHigh && pHigh <= 1)) {
      throw new IllegalArgumentException(
          "p_low and p_high must hold 0 <= p_low <= p_high <= 1, they are "
              + pLow
              + " and "
              + pHigh);
    }
    if (!(sigma > 0)) {
      throw new IllegalArgumentException("sigma must be above 0, it is " + sigma);
    }
  }

  /** The published band: 0.25 to 0.75, sigma 0.12. */
  public static DifficultyBand published() {
    return new DifficultyBand(Shape.BAND, 0.25, 0.75, 0.12);
  }

  /**
   * The reward, in [0, 1]; 0 for a task that was never solved.
   *
   * @param p success rate, in [0, 1]
   * @param samples number of samples it comes from, at least 1
   */
  public double reward(double p, int samples) {
    if (p < 1.0 / samples) {
      return 0;
    }
    return switch (shape) {
      case PEAK -> 4 * p * (1 - p);
      case BAND -> {
        double distance = Math.max(0, Math.max(pLow - p, p - pHigh));
        yield distance == 0 ? 1 : Math.exp(-distance * distance / (2 * sigma * sigma));
      }
    };
  }

  /** Whether a success rate lies between the edges. */
  public boolean contains(double p) {
    return p >= pLow && p <= pHigh;
  }
}
