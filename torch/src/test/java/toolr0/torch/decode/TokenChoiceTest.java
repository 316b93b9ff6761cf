package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import toolr0.policy.SamplingParams;

class TokenChoiceTest {
  private static final int VOCABULARY = 5;
  private static final int STRIDE = PackedMatrix.padded(VOCABULARY);
  private static final int DRAWS = 40_000;

  /** A row of probabilities behind another row. */
  private static final double[] PROBABILITIES = {0.1, 0.4, 0.05, 0.3, 0.15};

  private static float[] scores() {
    float[] scores = new float[2 * STRIDE];
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < VOCABULARY; i++) {
      scores[i] = 7;
      scores[STRIDE + i] = (float) Math.log(PROBABILITIES[i]) + 3;
    }
    return scores;
  }

  private static double[] frequencies(double temperature, double topP, int topK) {
    TokenChoice choice =
        new TokenChoice(
            new SamplingParams(1, temperature, topP, topK, List.of()), VOCABULARY, STRIDE);
    SplittableRandom random = new SplittableRandom(1);
    float[] scores = scores();
    double[] counts = new double[VOCABULARY];
    for (int i = 0; i < DRAWS; i++) {
      choice.draw(scores, STRIDE, new BitSet(), random);
      counts[choice.id()] += 1.0 / DRAWS;
    }
    return counts;
  }

  private static void assertNear(double[] found, double... weights) {
    double sum = Arrays.stream(weights).sum();
    for (int i = 0; i < weights.length; i++) {
      assertThat(found[i]).isCloseTo(weights[i] / sum, within(0.012));
      if (weights[i] == 0) {
        assertThat(found[i]).isZero();
      }
    }
  }

  @Test
  void idsAreDrawnAsOftenAsTheyAreProbable() {
    assertNear(frequencies(1, 1, 0), PROBABILITIES);
  }

  @Test
  void temperatureSharpensTheDistribution() {
    assertNear(frequencies(0.5, 1, 0), Arrays.stream(PROBABILITIES).map(p -> p * p).toArray());
    assertNear(frequencies(0, 1, 0), 0, 1, 0, 0, 0);
  }

  @Test
  void topKKeepsTheMostProbable() {
    assertNear(frequencies(1, 1, 2), 0, 0.4, 0, 0.3, 0);
    assertNear(frequencies(1, 1, VOCABULARY + 3), PROBABILITIES);
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesTheMass() {
    assertNear(frequencies(1, 0.69, 0), 0, 0.4, 0, 0.3, 0);
    assertNear(frequencies(1, 0.71, 0), 0, 0.4, 0, 0.3, 0.15);
    assertNear(frequencies(1, 0.01, 0), 0, 1, 0, 0, 0);
  }

  @Test
  void topPCountsTheMassThatTopKLeaves() {
    assertNear(frequencies(1, 0.5, 2), 0, 1, 0, 0, 0);
    assertNear(frequencies(1, 0.6, 2), 0, 0.4, 0, 0.3, 0);
  }

  private static TokenChoice penalised(double temperature, double penalty) {
    SamplingParams params = SamplingParams.at(temperature, 1).withRepetitionPenalty(penalty);
    return new TokenChoice(params, VOCABULARY, STRIDE);
  }

  private static BitSet seen(int... ids) {
    BitSet seen = new BitSet();
    Arrays.stream(ids).forEach(seen::set);
    return seen;
  }

  @Test
  void thePenaltyDividesScoresOfSeenIdsAndMultipliesNegativeOnes() {
    float[] scores = Arrays.copyOf(new float[] {2, 3, -1, -4, 2.5f}, STRIDE);
    Arrays.fill(scores, VOCABULARY, STRIDE, Float.NEGATIVE_INFINITY);
    double[] logits = {1, 3, -2, -4, 2.5};
    double[] found = penalised(0.5, 2).probabilities(scores, 0, seen(0, 2));
    double mass = Arrays.stream(logits).map(l -> Math.exp(l / 0.5)).sum();
    for (int i = 0; i < VOCABULARY; i++) {
      assertThat(found[i]).isCloseTo(Math.exp(logits[i] / 0.5) / mass, within(1e-6));
    }
    assertThat(penalised(1, 1).probabilities(scores, 0, seen(0, 2)))
        .isEqualTo(penalised(1, 2).probabilities(scores, 0, seen()));
  }

  @Test
  void thePenaltyHoldsInGreedyModeAndLeavesTheLogProbability() {
    TokenChoice plain = penalised(0, 1);
    plain.draw(scores(), STRIDE, seen(), new SplittableRandom(1));
    assertThat(plain.id()).isEqualTo(1);
    TokenChoice choice = penalised(0, 1.5);
    choice.draw(scores(), STRIDE, seen(1), new SplittableRandom(1));
    assertThat(choice.id()).isEqualTo(3);
    assertThat((double) choice.logProb()).isCloseTo(Math.log(0.3), within(1e-5));
  }

  @Test
  void theLogProbabilityIsThatBeforeIdsWereLeftOut() {
    TokenChoice choice =
        new TokenChoice(new SamplingParams(1, 0.5, 1, 1, List.of()), VOCABULARY, STRIDE);
    choice.draw(scores(), STRIDE, new BitSet(), new SplittableRandom(1));
    double mass = Arrays.stream(PROBABILITIES).map(p -> p * p).sum();
    assertThat(choice.id()).isEqualTo(1);
    assertThat((double) choice.logProb()).isCloseTo(Math.log(0.16 / mass), within(1e-5));
  }

  @Test
  void scoresThatAreNoNumbersAreToldByTheLogProbability() {
    float[] scores = scores();
    scores[STRIDE + 2] = Float.NaN;
    TokenChoice choice = new TokenChoice(SamplingParams.at(1, 1), VOCABULARY, STRIDE);
    choice.draw(scores, STRIDE, new BitSet(), new SplittableRandom(1));
    assertThat(choice.logProb()).isNaN();
  }
}
