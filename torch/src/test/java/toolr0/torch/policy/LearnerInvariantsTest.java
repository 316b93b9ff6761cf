package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
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

/** Ways of laying out the same work give the same loss and gradients. */
class LearnerInvariantsTest {
  private static final ModelConfig CONFIG =
      new ModelConfig(
          new ModelFamily.Qwen2(),
          97,
          48,
          80,
          2,
          4,
          2,
          12,
          1e-6,
          Rope.of(10_000),
          256,
          true,
          0.02,
          OptionalInt.empty(),
          List.of(2),
          OptionalInt.empty(),
          1);

  private record Pass(double loss, float[] gradients) {}

  @Test
  void sharedPromptEqualsRepeatedPrompt() {
    int[] prompt = ids(1, 40);
    List<int[]> completions = IntStream.range(0, 8).mapToObj(g -> ids(2 + g, 5 + 3 * g)).toList();
    Pass shared = pass(List.of(new PackedBatch.Entry(prompt, completions)));
    Pass repeated =
        pass(completions.stream().map(c -> new PackedBatch.Entry(prompt, List.of(c))).toList());
    assertEqual(shared, repeated);
  }

  @Test
  void accumulatedPassesEqualOnePass() {
    List<PackedBatch.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      entries.add(new PackedBatch.Entry(ids(20 + i, 10 + i), List.of(ids(40 + i, 4 + i))));
    }
    List<List<PackedBatch.Entry>> single = entries.stream().map(List::of).toList();
    assertEqual(passes(List.of(entries)), passes(single));
  }

  @Test
  void passesSideBySideEqualPassesInTurn() {
    List<MicroBatches.Part> parts = new ArrayList<>();
    List<List<PackedBatch.Entry>> single = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      List<int[]> completions = List.of(ids(40 + i, 4 + i), ids(60 + i, 9));
      parts.add(new MicroBatches.Part(i, ids(20 + i, 10 + i), List.of(0, 1), completions));
      single.add(List.of(new PackedBatch.Entry(ids(20 + i, 10 + i), completions)));
    }
    try (TensorScope scope = TensorScope.open();
        Weights weights = Weights.random(CONFIG, new Seed(5));
        Replicas replicas = new Replicas(new Transformer(weights, Precision.FP32))) {
      Replicas.Pass<Double> pass =
          (replica, part, index) -> {
            try (TensorScope inner = TensorScope.open()) {
              return accumulate(replica, part.packed());
            }
          };
      List<MicroBatches.MicroBatch> passes = replicas.plan(parts, 64);
      assertThat(passes).allMatch(p -> p.packed().rows() <= 64).hasSizeGreaterThan(4);

      double loss = replicas.run(passes, pass).stream().mapToDouble(l -> l).sum();
      float[] gradients = Tensors.toFloats(weights.flatGrad());
      assertEqual(new Pass(loss, gradients), passes(single));

      weights.flatGrad().zero_();
      replicas.run(passes, pass);
      assertThat(Tensors.toFloats(weights.flatGrad())).containsExactly(gradients);
    }
  }

  @Test
  void completionOfOneTokenTakesNoRowAndIsLearned() {
    PackedBatch batch =
        PackedBatch.of(
            List.of(new PackedBatch.Entry(ids(1, 7), List.of(new int[] {3}, new int[] {4, 5}))));
    assertThat(batch.rows()).isEqualTo(8);
    assertThat(batch.targetRowsM()).containsExactly(6, 6, 7);
  }

  @Test
  void liveTensorsAndMemoryStayFlatOverTwoHundredSteps() {
    try (TensorScope scope = TensorScope.open();
        Weights weights = Weights.random(CONFIG, new Seed(5));
        AdamW optimizer = new AdamW(weights, OptimizerSpec.DEFAULT)) {
      Transformer model = new Transformer(weights, Precision.FP32);
      long before = 0;
      for (int step = 0; step < 200; step++) {
        try (TensorScope inner = TensorScope.open()) {
          accumulate(model, List.of(new PackedBatch.Entry(ids(step, 20), List.of(ids(7, 9)))));
        }
        optimizer.step(1e-3, 1);
        if (step == 20) {
          before = TensorScope.live();
        }
      }
      assertThat(TensorScope.live()).isLessThanOrEqualTo(before);
    }
  }

  @Test
  void bf16LinearsStayNearFp32() {
    List<PackedBatch.Entry> entries =
        List.of(new PackedBatch.Entry(ids(1, 30), List.of(ids(2, 20), ids(3, 12))));
    Pass exact = passes(List.of(entries), Precision.FP32);
    Pass rounded = passes(List.of(entries), Precision.BF16_LINEAR);
    assertThat(rounded.loss()).isCloseTo(exact.loss(), within(5e-2 * Math.abs(exact.loss())));
  }

  private static Pass pass(List<PackedBatch.Entry> entries) {
    return passes(List.of(entries));
  }

  private static Pass passes(List<List<PackedBatch.Entry>> batches) {
    return passes(batches, Precision.FP32);
  }

  private static Pass passes(List<List<PackedBatch.Entry>> batches, Precision precision) {
    try (TensorScope scope = TensorScope.open();
        Weights weights = Weights.random(CONFIG, new Seed(5))) {
      Transformer model = new Transformer(weights, precision);
      double loss = 0;
      for (List<PackedBatch.Entry> batch : batches) {
        loss += accumulate(model, batch);
      }
      return new Pass(loss, Tensors.toFloats(weights.flatGrad()));
    }
  }

  private static double accumulate(Transformer model, List<PackedBatch.Entry> batch) {
    return accumulate(model, PackedBatch.of(batch));
  }

  private static double accumulate(Transformer model, PackedBatch batch) {
    return LmHead.accumulate(
        model,
        batch,
        1,
        PassSpec.ofTokens(512),
        (logProbs, entropy, from) -> {
          Tensor sum = logProbs.sum();
          return sum.neg();
        });
  }

  private static void assertEqual(Pass first, Pass second) {
    assertThat(first.loss()).isCloseTo(second.loss(), within(1e-4 * Math.abs(first.loss())));
    for (int i = 0; i < first.gradients().length; i++) {
      float expected = second.gradients()[i];
      assertThat(first.gradients()[i])
          .isCloseTo(expected, within(1e-4f + 1e-4f * Math.abs(expected)));
    }
  }

  private static int[] ids(int seed, int length) {
    return new SplittableRandom(seed).ints(length, 3, CONFIG.vocabSize()).toArray();
  }
}
