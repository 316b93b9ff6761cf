package toolr0.selfplay;

import toolr0.base.Check;

/**
 * How a task's difficulty is probed while the Generator is trained.
 *
 * @param kSolverSamples answers that the frozen Solver gives to each task
 * @param tempSolver temperature of those answers
 * @param maxCompletionLength most new tokens of such an answer
 */
public record ProbeConfig(int kSolverSamples, double tempSolver, int maxCompletionLength) {
  public ProbeConfig {
    Check.atLeast("k_solver_samples", kSolverSamples, 1);
    Check.positive("temp_solver", tempSolver);
    Check.atLeast("max_completion_length", maxCompletionLength, 1);
  }

  /** The published settings (method section 4.5). */
  public static ProbeConfig defaults() {
    return new ProbeConfig(8, 0.7, 2048);
  }
}
