package toolr0.policy;

import java.util.List;

/**
 * How to sample (TRL's names).
 *
 * @param maxCompletionLength most new tokens, at least 1
 * @param temperature 0 means greedy
 * @param topP nucleus mass in (0, 1]; 1 switches it off
 * @param topK most probable ids kept; 0 switches it off
 * @param stop texts that end a completion; they stay in it
 */
public record SamplingParams(
    int maxCompletionLength, double temperature, double topP, int topK, List<String> stop) {
  public SamplingParams {
    stop = List.copyOf(stop);
  }

  /** Greedy decoding up to a length. */
  public static SamplingParams greedy(int maxCompletionLength) {
    return new SamplingParams(maxCompletionLength, 0, 1, 0, List.of());
  }

  /** Plain sampling at a temperature up to a length. */
  public static SamplingParams at(double temperature, int maxCompletionLength) {
    return new SamplingParams(maxCompletionLength, temperature, 1, 0, List.of());
  }
}
