package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.base.Seed;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** What bounds the memory of a training step, and that it changes nothing else. */
class TrainingMemoryTest {

  private record Pass(double loss, float[] gradients) {}

  private static ModelConfig config(
      int vocabulary, int width, int inner, int layers, boolean tied) {
    return new ModelConfig(
        new ModelFamily.Qwen2(),
        vocabulary,
        width,
        inner,
        layers,
        4,
        2,
        width / 4,
        1e-6,
        Rope.of(10_000),
        2048,
        tied,
        0.02,
        OptionalInt.empty(),
        List.of(2),
        OptionalInt.empty(),
        1);
  }

  private static PackedBatch batch(ModelConfig config, int prompt, int completion, int count) {
    SplittableRandom random = new SplittableRandom(6);
    int[] ids = random.ints(prompt, 0, config.vocabSize()).toArray();
    List<int[]> completions =
        IntStream.range(0, count)
            .mapToObj(i -> random.ints(completion, 0, config.vocabSize()).toArray())
            .toList();
    return PackedBatch.of(List.of(new PackedBatch.Entry(ids, completions)));
  }

  private static double accumulate(Transformer model, PackedBatch batch, PassSpec passes) {
    try (TensorScope scope = TensorScope.open()) {
      return LmHead.accumulate(
          model, batch, 0.7, passes, (logProbs, entropy, from) -> logProbs.square().sum());
    }
  }

  private static Pass pass(ModelConfig config, Precision precision, PassSpec passes) {
    try (TensorScope scope = TensorScope.open();
        Weights weights = Weights.random(config, new Seed(5))) {
      Transformer model = new Transformer(weights, precision);
      double loss = accumulate(model, batch(config, 30, 20, 3), passes);
      return new Pass(loss, Tensors.toFloats(weights.flatGrad()));
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void layersThatAreComputedAgainGiveTheSameBits(Precision precision) {
    for (boolean tied : new boolean[] {true, false}) {
      ModelConfig config = config(97, 48, 80, 3, tied);
      Pass kept = pass(config, precision, new PassSpec(512, false, 64));
      Pass again = pass(config, precision, new PassSpec(512, true, 64));
      assertThat(again.loss()).isEqualTo(kept.loss());
      assertThat(again.gradients()).isEqualTo(kept.gradients());
      assertThat(kept.gradients()).isNotEqualTo(new float[kept.gradients().length]);
    }
  }

  @Test
  void chunksOfTheVocabularyGiveTheSameGradients() {
    ModelConfig config = config(30_011, 48, 80, 1, true);
    Pass whole = pass(config, Precision.FP32, new PassSpec(512, false, 512));
    Pass chunked = pass(config, Precision.FP32, new PassSpec(512, false, 1));
    assertThat(chunked.loss()).isCloseTo(whole.loss(), within(1e-5 * whole.loss()));
    for (int i = 0; i < whole.gradients().length; i++) {
      float expected = whole.gradients()[i];
      assertThat(chunked.gradients()[i])
          .isCloseTo(expected, within(1e-3f + 1e-4f * Math.abs(expected)));
    }
  }

  @Test
  void layersThatAreComputedAgainTakeLessThanHalfTheMemory() {
    if (!PeakMemory.isKnown()) {
      return;
    }
    ModelConfig config = config(64, 256, 1024, 12, true);
    try (TensorScope scope = TensorScope.open();
        Weights weights = Weights.random(config, new Seed(5))) {
      Transformer model = new Transformer(weights, Precision.FP32);
      PackedBatch batch = batch(config, 1000, 200, 4);
      accumulate(model, batch(config, 10, 5, 2), new PassSpec(512, true, 64));
      double again =
          PeakMemory.riseMb(() -> accumulate(model, batch, new PassSpec(4096, true, 64)));
      double kept =
          PeakMemory.riseMb(() -> accumulate(model, batch, new PassSpec(4096, false, 64)));
      // 1,800 rows in 12 layers: inputs of 22 MiB; what a layer keeps, five widths and three inner
      // widths at the least, is 360 MiB.
      assertThat(kept).isGreaterThan(360);
      assertThat(again).isLessThan(kept / 2);
    }
  }

  @Test
  void scoresOfALargeVocabularyStayWithinTheirLimit() {
    if (!PeakMemory.isKnown()) {
      return;
    }
    ModelConfig config = config(150_000, 128, 128, 1, true);
    try (TensorScope scope = TensorScope.open();
        Weights weights = Weights.random(config, new Seed(5))) {
      Transformer model = new Transformer(weights, Precision.FP32);
      PackedBatch batch = batch(config, 10, 100, 2);
      accumulate(model, batch(config, 10, 5, 1), new PassSpec(512, false, 4));
      double chunked =
          PeakMemory.riseMb(() -> accumulate(model, batch, new PassSpec(512, false, 4)));
      double whole =
          PeakMemory.riseMb(() -> accumulate(model, batch, new PassSpec(512, false, 1024)));
      // 200 targets by 150,000 ids are 114 MiB, the head is 73 MiB.
      assertThat(whole).isGreaterThan(300);
      assertThat(chunked).isLessThan(60);
    }
  }

  @ParameterizedTest
  @EnumSource(OptimizerSpec.Optim.class)
  void anOptimizerStepMakesNothingOfTheModelsSize(OptimizerSpec.Optim optim) {
    if (!PeakMemory.isKnown()) {
      return;
    }
    ModelConfig config = config(200_000, 256, 128, 1, true);
    OptimizerSpec spec = new OptimizerSpec(optim, 0.9, 0.999, 1e-8, 0.01);
    try (TensorScope scope = TensorScope.open();
        Weights weights = Weights.random(config, new Seed(5));
        AdamW adamW = new AdamW(weights, spec)) {
      weights.flatGrad().fill_(Tensors.scalar(0.5));
      adamW.step(1e-3, 1);
      double rise =
          PeakMemory.riseMb(
              () -> {
                adamW.gradNorm();
                adamW.step(1e-3, 0.5);
              });
      assertThat(rise).isLessThan(64);
      assertThat((weights.flat().numel() * 4L) >> 20).isGreaterThan(190);
    }
  }
}
