package toolr0.cli;

import toolr0.selfplay.Planner.Assumptions;

/**
 * What a plan supposes of a machine with two cores: figures measured with the embedded model,
 * scaled by size.
 */
final class PlanAssumptions {
  private static final double MEASURED_PARAMETERS = 2.0e6;
  private static final double MEASURED_SAMPLED_PER_SECOND = 6000;
  private static final double MEASURED_TRAINED_PER_SECOND = 8000;
  private static final int PROMPT_TOKENS = 250;
  private static final int COMPLETION_TOKENS = 250;
  private static final int ANSWER_TOKENS = 50;

  private PlanAssumptions() {}

  /** For a model of that many weights: speed falls as the weights grow. */
  static Assumptions forModel(long parameters) {
    double scale = MEASURED_PARAMETERS / parameters;
    return new Assumptions(
        parameters,
        PROMPT_TOKENS,
        COMPLETION_TOKENS,
        ANSWER_TOKENS,
        MEASURED_SAMPLED_PER_SECOND * scale,
        MEASURED_TRAINED_PER_SECOND * scale);
  }
}
