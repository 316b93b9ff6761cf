package toolr0.torch.decode;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import toolr0.policy.SamplingParams;

/**
 * Draws ids from rows of scores: repetition penalty, then temperature, then top-k, then top-p, then
 * one uniform number. The penalty touches every id that was seen once: a negative score times the
 * penalty, any other divided by it. Ties at the k-th score stay in; top-p drops, from the least
 * probable up, ids whose running mass is at most 1 - p, never the most probable one.
 */
public final class TokenChoice {
  private final SamplingParams params;
  private final int vocabulary;
  private final float[] weights;
  private int id;
  private float logProb;

  /**
   * What top-k and top-p leave.
   *
   * @param ids by falling weight, equal ones by rising id
   * @param count number of leading ids that are kept
   * @param mass their weight
   */
  private record Kept(int[] ids, int count, double mass) {}

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

  /**
   * Its log-probability at the temperature, before penalty, top-k and top-p; not finite for bad
   * scores.
   */
  public float logProb() {
    return logProb;
  }

  /**
   * Draws one id; the most probable, the first of equals, at temperature 0.
   *
   * @param scores rows of scores, minus infinity behind the vocabulary
   * @param from where the row begins
   * @param seen ids of prompt and completion, for the penalty
   */
  public void draw(float[] scores, int from, BitSet seen, SplittableRandom random) {
    Total plain = weigh(scores, from, new BitSet());
    Total chosen =
        params.repetitionPenalty() == 1 || seen.isEmpty() ? plain : weigh(scores, from, seen);
    id = choose(chosen.sum(), random);
    logProb = (float) (scores[from + id] / temperature() - plain.largest() - Math.log(plain.sum()));
  }

  /** The largest score over the temperature, and the sum of all weights. */
  private record Total(float largest, float sum) {}

  private float temperature() {
    return params.temperature() == 0 ? 1 : (float) params.temperature();
  }

  /** Makes weights of scores: e^(score / temperature), the largest being 1. */
  private Total weigh(float[] scores, int from, BitSet penalised) {
    System.arraycopy(scores, from, weights, 0, weights.length);
    float penalty = (float) params.repetitionPenalty();
    for (int i = penalised.nextSetBit(0); i >= 0; i = penalised.nextSetBit(i + 1)) {
      weights[i] = weights[i] < 0 ? weights[i] * penalty : weights[i] / penalty;
    }
    float temperature = temperature();
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= temperature;
    }
    float largest = VectorMath.max(weights, 0, vocabulary);
    return new Total(largest, VectorMath.expShifted(weights, 0, vocabulary));
  }

  private int choose(float sum, SplittableRandom random) {
    if (params.temperature() == 0) {
      return mostProbable();
    }
    double uniform = random.nextDouble();
    return params.topK() == 0 && params.topP() >= 1 ? invert(uniform * sum) : chooseKept(uniform);
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

  private int chooseKept(double uniform) {
    Kept kept = kept();
    double mass = 0;
    double target = uniform * kept.mass();
    for (int i = 0; i < kept.count(); i++) {
      mass += weights[kept.ids()[i]];
      if (mass > target) {
        return kept.ids()[i];
      }
    }
    return kept.ids()[kept.count() - 1];
  }

  private Kept kept() {
    int[] ids = byFallingWeight();
    int count = vocabulary;
    if (params.topK() > 0 && params.topK() < vocabulary) {
      float least = weights[ids[params.topK() - 1]];
      count = params.topK();
      while (count < vocabulary && weights[ids[count]] == least) {
        count++;
      }
    }
    double total = Arrays.stream(ids, 0, count).mapToDouble(i -> weights[i]).sum();
    double tail = 0;
    while (count > 1 && (tail + weights[ids[count - 1]]) / total <= 1 - params.topP()) {
      tail += weights[ids[--count]];
    }
    return new Kept(ids, count, total - tail);
  }

  /** Weights are not negative, so that their bits are in the order of their values. */
  private int[] byFallingWeight() {
    long[] keys = new long[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      keys[i] = ((long) (Integer.MAX_VALUE - Float.floatToIntBits(weights[i])) << 32) | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
  }

  /** What a draw from these scores chooses from: each id's probability, 0 for those left out. */
  double[] probabilities(float[] scores, int from, BitSet seen) {
    weigh(scores, from, params.repetitionPenalty() == 1 ? new BitSet() : seen);
    Kept kept = kept();
    double[] probabilities = new double[vocabulary];
    for (int i = 0; i < kept.count(); i++) {
      probabilities[kept.ids()[i]] = weights[kept.ids()[i]] / kept.mass();
    }
    return probabilities;
  }
}
