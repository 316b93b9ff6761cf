package toolr0.policy;

import java.util.List;
import toolr0.base.Check;

/**
 * How to sample (TRL's names).
 *
 * @param maxCompletionLength most new tokens, at least 1
 * @param temperature 0 means greedy
 * @param topP nucleus mass in (0, 1]; 1 switches it off
 * @param topK most probable ids kept; 0 switches it off
 * @param repetitionPenalty by which the score of every id that prompt or completion already hold is
 *     divided, or multiplied where it is negative, before all else; above 0, and 1 switches it off.
 *     The samples are then no longer the trained distribution's
 * @param stop texts that end a completion; they stay in it
 */
public record SamplingParams(
    int maxCompletionLength,
    double temperature,
    double topP,
    int topK,
    double repetitionPenalty,
    List<String> stop) {
  public SamplingParams {
    Check.positive("repetition_penalty", repetitionPenalty);
    stop = List.copyOf(stop);
  }

  /** Without a repetition penalty. */
  public SamplingParams(
      int maxCompletionLength, double temperature, double topP, int topK, List<String> stop) {
    this(maxCompletionLength, temperature, topP, topK, 1, stop);
  }

  /** Greedy decoding up to a length. */
  public static SamplingParams greedy(int maxCompletionLength) {
    return new SamplingParams(maxCompletionLength, 0, 1, 0, List.of());
  }

  /** The same with a repetition penalty. */
  public SamplingParams withRepetitionPenalty(double penalty) {
    return new SamplingParams(maxCompletionLength, temperature, topP, topK, penalty, stop);
  }

  /** Plain sampling at a temperature up to a length. */
  public static SamplingParams at(double temperature, int maxCompletionLength) {
    return new SamplingParams(maxCompletionLength, temperature, 1, 0, List.of());
  }
}
