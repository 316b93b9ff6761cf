package toolr0.selfplay;

import toolr0.base.Check;

/**
 * How the frozen Solver model grades a written task from 1 to 5.
 *
 * @param enabled whether there is a judge at all
 * @param temperature of the grade; 0 is greedy
 * @param maxCompletionLength most new tokens of the grade
 * @param attempts how often an unreadable grade is asked for again before the judge counts as
 *     failed
 */
public record JudgeConfig(
    boolean enabled, double temperature, int maxCompletionLength, int attempts) {
  public JudgeConfig {
    Check.notNegative("temperature", temperature);
    Check.atLeast("max_completion_length", maxCompletionLength, 1);
    Check.atLeast("attempts", attempts, 1);
  }

  /** The published settings (method section 4.5). */
  public static JudgeConfig defaults() {
    return new JudgeConfig(true, 0.1, 16, 3);
  }
}
