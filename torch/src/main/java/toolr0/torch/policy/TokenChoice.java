package toolr0.torch.policy;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import toolr0.policy.SamplingParams;

/**
 * Draws one id from a row of log-probabilities: top-k, then top-p, then one uniform number. Ties at
 * the k-th score stay in; top-p drops, from the least probable up, ids whose running mass is at
 * most 1 - p, never the most probable one.
 */
final class TokenChoice {
  private TokenChoice() {}

  /**
   * The id drawn from {@code logProbs[from, from + vocabulary)}; the most probable (the first of
   * equals) when greedy.
   */
  static int choose(
      float[] logProbs, int from, int vocabulary, SamplingParams params, SplittableRandom random) {
    if (params.temperature() == 0) {
      return mostProbable(logProbs, from, vocabulary);
    }
    double uniform = random.nextDouble();
    if (params.topK() == 0 && params.topP() >= 1) {
      return invert(logProbs, from, vocabulary, uniform);
    }
    return chooseTruncated(logProbs, from, vocabulary, params, uniform);
  }

  private static int mostProbable(float[] logProbs, int from, int vocabulary) {
    int best = 0;
    for (int id = 1; id < vocabulary; id++) {
      if (logProbs[from + id] > logProbs[from + best]) {
        best = id;
      }
    }
    return best;
  }

  private static int invert(float[] logProbs, int from, int vocabulary, double uniform) {
    double mass = 0;
    int last = 0;
    for (int id = 0; id < vocabulary; id++) {
      float logProb = logProbs[from + id];
      if (logProb > -40f) {
        mass += Math.exp(logProb);
        last = id;
        if (mass > uniform) {
          return id;
        }
      }
    }
    return last;
  }

  private static int chooseTruncated(
      float[] logProbs, int from, int vocabulary, SamplingParams params, double uniform) {
    int[] ids =
        IntStream.range(0, vocabulary)
            .boxed()
            .sorted((a, b) -> Float.compare(logProbs[from + b], logProbs[from + a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int kept = vocabulary;
    if (params.topK() > 0 && params.topK() < vocabulary) {
      float least = logProbs[from + ids[params.topK() - 1]];
      kept = params.topK();
      while (kept < vocabulary && logProbs[from + ids[kept]] == least) {
        kept++;
      }
    }
    double[] probabilities = new double[kept];
    for (int i = 0; i < kept; i++) {
      probabilities[i] = Math.exp(logProbs[from + ids[i]]);
    }
    double total = Arrays.stream(probabilities).sum();
    double tail = 0;
    while (kept > 1 && (tail + probabilities[kept - 1]) / total <= 1 - params.topP()) {
      tail += probabilities[--kept];
    }
    double mass = 0;
    double target = uniform * (total - tail);
    for (int i = 0; i < kept; i++) {
      mass += probabilities[i];
      if (mass > target) {
        return ids[i];
      }
    }
    return ids[kept - 1];
  }
}
