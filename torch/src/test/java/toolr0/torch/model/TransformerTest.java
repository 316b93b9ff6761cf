package toolr0.torch.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.SmallConfigs;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

class TransformerTest {

  @ParameterizedTest
  @MethodSource("toolr0.torch.checkpoint.SmallConfigs#all")
  void scoresAreThoseOfTheFamilyWrittenOut(ModelConfig config) {
    int[] ids = new SplittableRandom(4).ints(41, 0, SmallConfigs.VOCABULARY).toArray();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Weights weights = PerturbedWeights.of(config, 3)) {
      Transformer model = new Transformer(weights, Precision.FP32);
      PackedBatch text = PackedBatch.of(List.of(new PackedBatch.Entry(ids, List.of())));
      float[] found = Tensors.toFloats(model.logits(model.forward(text)));
      double[][] expected = new PlainTransformer(weights).logits(ids);
      assertThat(found).hasSize(ids.length * config.vocabSize());
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i])
            .isCloseTo(expected[i / config.vocabSize()][i % config.vocabSize()], within(2e-5));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("toolr0.torch.checkpoint.SmallConfigs#all")
  void theWeightsAreTheTensorsOfTheFamily(ModelConfig config) {
    try (TensorScope scope = TensorScope.open();
        Weights weights = PerturbedWeights.of(config, 3)) {
      assertThat(weights.numParameters()).isEqualTo(config.parameterCount());
      List<Weights.Exported> exported = weights.export();
      assertThat(exported.stream().map(Weights.Exported::name))
          .containsExactlyInAnyOrderElementsOf(config.tensorShapes().keySet());
      for (Weights.Exported tensor : exported) {
        List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
        assertThat(shape).as(tensor.name()).isEqualTo(config.tensorShapes().get(tensor.name()));
        assertThat(tensor.values().numel()).isEqualTo(shape.stream().reduce(1L, (a, b) -> a * b));
      }
    }
  }

  /** The fused matrix of gate and up goes through in two pieces, the second a short one. */
  @Test
  void aWideFrozenModelHasTheSameStatesInPiecesAsWhole() {
    ModelConfig config = SmallConfigs.withIntermediateSize(30_001);
    int[] ids = new SplittableRandom(4).ints(7, 0, SmallConfigs.VOCABULARY).toArray();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Weights weights = PerturbedWeights.of(config, 3);
        Weights frozen = weights.frozen()) {
      frozen.copyFrom(weights);
      Transformer model = new Transformer(frozen, Precision.FP32);
      PackedBatch text = PackedBatch.of(List.of(new PackedBatch.Entry(ids, List.of())));
      float[] whole = Tensors.toFloats(model.forward(text));
      float[] pieces = Tensors.toFloats(model.inPieces().forward(text));
      assertThat(pieces).usingComparatorWithPrecision(1e-5f).containsExactly(whole);
    }
  }

  @Test
  void positionsAreAddedAsTextsReachThem() {
    ModelConfig config = SmallConfigs.all().findFirst().orElseThrow();
    RotaryTable table = new RotaryTable(config);
    float[] small = table.covering(3).clone();
    float[] large = new RotaryTable(config).covering(5000);
    float[] grown = table.covering(5000);
    assertThat(Arrays.copyOf(grown, small.length)).isEqualTo(small);
    assertThat(grown).isEqualTo(large);
    int row = table.rowLength();
    assertThat(table.at(new long[] {4999, 0}))
        .isEqualTo(
            concat(Arrays.copyOfRange(large, 4999 * row, 5000 * row), Arrays.copyOf(large, row)));
  }

  private static float[] concat(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
