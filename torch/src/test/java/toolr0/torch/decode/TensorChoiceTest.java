package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.policy.Device;
import toolr0.policy.SamplingParams;
import toolr0.torch.tensor.PresentDevices;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** The draws of whole tensors against those of Java, from the same numbers. */
class TensorChoiceTest {
  private static final int VOCABULARY = 301;
  private static final int ROWS = 24;
  private static final int STEPS = 40;

  static Stream<Arguments> cases() {
    return PresentDevices.all()
        .flatMap(
            device ->
                Stream.of(
                        SamplingParams.at(1, 9),
                        SamplingParams.at(0.7, 9),
                        SamplingParams.at(0.7, 9).withRepetitionPenalty(1.3),
                        SamplingParams.greedy(9),
                        SamplingParams.greedy(9).withRepetitionPenalty(1.1))
                    .filter(params -> TensorChoice.covers(params, device))
                    .map(params -> Arguments.of(device, params)));
  }

  @Test
  void whatSortsTheVocabularyIsLeftToJava() {
    SamplingParams topK = new SamplingParams(9, 1, 1, 5, List.of());
    SamplingParams topP = new SamplingParams(9, 1, 0.9, 0, List.of());
    assertThat(TensorChoice.covers(topK, Device.CPU)).isFalse();
    assertThat(TensorChoice.covers(topP, Device.CPU)).isFalse();
    assertThat(TensorChoice.covers(SamplingParams.at(1, 9), Device.parse("mps"))).isFalse();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theIdsAreThoseThatJavaDraws(Device device, SamplingParams params) {
    List<BitSet> seen =
        IntStream.range(0, ROWS)
            .mapToObj(row -> BitSet.valueOf(new long[] {0x5a5aL << row, row}))
            .toList();
    TokenChoice java = new TokenChoice(params, VOCABULARY, PackedMatrix.padded(VOCABULARY));
    SplittableRandom[] randoms = randoms();
    SplittableRandom[] sameRandoms = randoms();
    try (TensorChoice tensors = new TensorChoice(params, device, VOCABULARY, seen)) {
      for (int step = 0; step < STEPS; step++) {
        float[] scores = scores(step);
        int[] rows = IntStream.range(step % 5, ROWS).toArray();
        TensorChoice.Drawn drawn = draw(tensors, device, scores, rows, sameRandoms);
        for (int i = 0; i < rows.length; i++) {
          int row = rows[i];
          java.draw(padded(scores, row), 0, seen.get(row), randoms[row]);
          assertThat(drawn.ids()[i]).isEqualTo(java.id());
          assertThat(drawn.logProbs()[i]).isCloseTo(java.logProb(), within(2e-5f));
          seen.get(row).set(java.id());
        }
      }
    }
  }

  private static TensorChoice.Drawn draw(
      TensorChoice choice, Device device, float[] scores, int[] rows, SplittableRandom[] randoms) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor rowsV = Tensors.floats(device, scores).view(ROWS, VOCABULARY);
      return choice.draw(
          rowsV,
          Arrays.stream(rows).asLongStream().toArray(),
          rows,
          Arrays.stream(rows).mapToDouble(row -> randoms[row].nextDouble()).toArray());
    }
  }

  private static SplittableRandom[] randoms() {
    return IntStream.range(0, ROWS)
        .mapToObj(SplittableRandom::new)
        .toArray(SplittableRandom[]::new);
  }

  private static float[] scores(int step) {
    SplittableRandom random = new SplittableRandom(step);
    float[] scores = new float[ROWS * VOCABULARY];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (3 * random.nextGaussian());
    }
    return scores;
  }

  private static float[] padded(float[] scores, int row) {
    float[] padded = new float[PackedMatrix.padded(VOCABULARY)];
    Arrays.fill(padded, Float.NEGATIVE_INFINITY);
    System.arraycopy(scores, row * VOCABULARY, padded, 0, VOCABULARY);
    return padded;
  }
}
