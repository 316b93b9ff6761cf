package toolr0.selfplay;

import toolr0.base.Check;
import toolr0.reward.JudgeReply;

/**
 * How the frozen Solver model grades a written task from 1 to 5.
 *
 * @param enabled whether there is a judge at all
 * @param temperature of the grade; 0 is greedy
 * @param maxCompletionLength most new tokens of the grade
 * @param attempts how often a grade is asked for until one can be read
 * @param reminder whether every attempt but the first is asked with a reminder of the form, as
 *     published (method section 4.5)
 * @param reading how a grade is read (method section 9.1, number 18)
 * @param onFailure what follows when none can be read (method section 9.1, number 18)
 */
public record JudgeConfig(
    boolean enabled,
    double temperature,
    int maxCompletionLength,
    int attempts,
    boolean reminder,
    JudgeReply.Reading reading,
    JudgeReply.OnFailure onFailure) {
  public JudgeConfig {
    Check.notNegative("temperature", temperature);
    Check.atLeast("max_completion_length", maxCompletionLength, 1);
    Check.atLeast("attempts", attempts, 1);
  }

  /** The published numbers (method section 4.5); a reply is a score or it is none. */
  public static JudgeConfig defaults() {
    return new JudgeConfig(
        true, 0.1, 16, 3, false, JudgeReply.Reading.STRICT, JudgeReply.OnFailure.UNSCORED);
  }

  /** The published settings. */
  public static JudgeConfig published() {
    return new JudgeConfig(
        true, 0.1, 16, 3, true, JudgeReply.Reading.PUBLISHED, JudgeReply.OnFailure.DEFAULT_SCORE);
  }
}
