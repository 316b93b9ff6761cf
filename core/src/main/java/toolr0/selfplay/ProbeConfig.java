package toolr0.selfplay;

import toolr0.base.Check;
import toolr0.reward.Agreement;
import toolr0.tool.JudgedCalls;

/**
 * How a task's difficulty is probed while the Generator is trained.
 *
 * @param kSolverSamples answers that the frozen Solver gives to each task
 * @param tempSolver temperature of those answers
 * @param maxCompletionLength most new tokens of such an answer
 * @param agreement when an answer counts as right; published is ordered_json, in the first version
 *     first_call_json (method section 9.1, number 3), which goes with task.parser.judged_calls
 *     first
 */
public record ProbeConfig(
    int kSolverSamples, double tempSolver, int maxCompletionLength, Agreement agreement) {
  public ProbeConfig {
    Check.atLeast("k_solver_samples", kSolverSamples, 1);
    Check.positive("temp_solver", tempSolver);
    Check.atLeast("max_completion_length", maxCompletionLength, 1);
  }

  /** The published numbers (method section 4.5), answers compared as whole calls. */
  public static ProbeConfig defaults() {
    return new ProbeConfig(8, 0.7, 2048, Agreement.FULL_CALLS);
  }

  /** The published settings of the version that looks at every call. */
  public static ProbeConfig published() {
    return published(JudgedCalls.ALL);
  }

  /**
   * The published settings.
   *
   * @param judgedCalls the first alone in the first version
   */
  public static ProbeConfig published(JudgedCalls judgedCalls) {
    return new ProbeConfig(
        8,
        0.7,
        2048,
        judgedCalls == JudgedCalls.FIRST ? Agreement.FIRST_CALL_JSON : Agreement.ORDERED_JSON);
  }
}
