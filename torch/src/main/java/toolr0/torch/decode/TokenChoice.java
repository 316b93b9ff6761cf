package toolr0.torch.decode;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import toolr0.policy.SamplingParams;

/**
 * Draws ids from rows of scores: temperature, then top-k, then top-p, then one uniform number. Ties
 * at the k-th score stay in; top-p drops, from the least probable up, ids whose running mass is at
 * most 1 - p, never the most probable one.
 */
public final class TokenChoice {
  private final SamplingParams params;
  private final int vocabulary;
  private final float[] weights;
  private int id;
  private float logProb;

  /**
   * A choice among the first {@code vocabulary} scores of a row.
   *
   * @param stride length of a row, from {@link Decoder#logitsStride}
   */
  public TokenChoice(SamplingParams params, int vocabulary, int stride) {
    this.params = params;
    this.vocabulary = vocabulary;
    this.weights = new float[stride];
  }

  /** The id drawn last. */
  public int id() {
    return id;
  }

  /** Its log-probability at the temperature, before top-k and top-p; not finite for bad scores. */
  public float logProb() {
    return logProb;
  }

  /**
   * Draws one id; the most probable, the first of equals, at temperature 0.
   *
   * @param scores rows of scores, minus infinity behind the vocabulary
   * @param from where the row begins
   */
  public void draw(float[] scores, int from, SplittableRandom random) {
    float temperature = params.temperature() == 0 ? 1 : (float) params.temperature();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = scores[from + i] / temperature;
    }
    float largest = VectorMath.max(weights, 0, vocabulary);
    float sum = VectorMath.expShifted(weights, 0, vocabulary);
    id = choose(sum, random);
    logProb = (float) (scores[from + id] / temperature - largest - Math.log(sum));
  }

  private int choose(float sum, SplittableRandom random) {
    if (params.temperature() == 0) {
      return mostProbable();
    }
    double uniform = random.nextDouble();
    return params.topK() == 0 && params.topP() >= 1
        ? invert(uniform * sum)
        : chooseTruncated(uniform);
  }

  private int mostProbable() {
    int best = 0;
    for (int i = 1; i < vocabulary; i++) {
      if (weights[i] > weights[best]) {
        best = i;
      }
    }
    return best;
  }

  private int invert(double target) {
    double mass = 0;
    int last = 0;
    for (int i = 0; i < vocabulary; i++) {
      if (weights[i] > 0) {
        mass += weights[i];
        last = i;
        if (mass > target) {
          return i;
        }
      }
    }
    return last;
  }

  private int chooseTruncated(double uniform) {
    int[] ids =
        IntStream.range(0, vocabulary)
            .boxed()
            .sorted((a, b) -> Float.compare(weights[b], weights[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int kept = vocabulary;
    if (params.topK() > 0 && params.topK() < vocabulary) {
      float least = weights[ids[params.topK() - 1]];
      kept = params.topK();
      while (kept < vocabulary && weights[ids[kept]] == least) {
        kept++;
      }
    }
    double total = Arrays.stream(ids, 0, kept).mapToDouble(i -> weights[i]).sum();
    double tail = 0;
    while (kept > 1 && (tail + weights[ids[kept - 1]]) / total <= 1 - params.topP()) {
      tail += weights[ids[--kept]];
    }
    double mass = 0;
    double target = uniform * (total - tail);
    for (int i = 0; i < kept; i++) {
      mass += weights[ids[i]];
      if (mass > target) {
        return ids[i];
      }
    }
    return ids[kept - 1];
  }
}
