package toolr0.grpo;

/** How the learning rate runs over a stage (the Hugging Face schedules of the same names). */
public enum LrScheduler {
  /** Falls to 0 in a straight line. */
  LINEAR,
  /** Stays. */
  CONSTANT,
  /** Falls to 0 along half a cosine. */
  COSINE;

  /**
   * The share of the configured learning rate that a step uses.
   *
   * @param step from 0
   * @param warmupSteps steps over which the rate rises from 0 in a straight line
   */
  public double factor(int step, int warmupSteps, int maxSteps) {
    if (step < warmupSteps) {
      return (double) step / warmupSteps;
    }
    if (this == CONSTANT) {
      return 1;
    }
    double progress = (double) (step - warmupSteps) / Math.max(1, maxSteps - warmupSteps);
    return this == LINEAR
        ? Math.max(0, 1 - progress)
        : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
  }
}
