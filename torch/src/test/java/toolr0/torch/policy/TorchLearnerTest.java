package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Seed;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.LearnerMetrics;
import toolr0.policy.LossSpec;
import toolr0.policy.LossSpec.LossType;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.policy.PolicyException;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.policy.TrainingGroup;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** The loss against its definition, written out here token by token. */
class TorchLearnerTest {
  private static final double TEMPERATURE = 0.8;
  private static final int MAX_LENGTH = 24;
  private static final PassSpec PASSES = PassSpec.ofTokens(64);

  @TempDir private Path folder;

  private interface Use {
    void of(TorchLearner learner, LoadedModel model);
  }

  private void withLearner(Optional<FrozenPolicy> reference, Use use) throws IOException {
    LoadedModel model = TinyModel.trainable(folder, 1);
    AdamW adamW = new AdamW(model.model().weights(), OptimizerSpec.DEFAULT);
    try (TorchLearner learner =
        new TorchLearner(model, "tiny", adamW, PASSES, new Seed(3), reference)) {
      use.of(learner, model);
    } finally {
      reference.ifPresent(FrozenPolicy::close);
    }
  }

  private FrozenPolicy other() throws IOException {
    return new TorchFrozenPolicy(TinyModel.trainable(folder, 2), "reference");
  }

  private static LossSpec loss(LossType type, double beta, boolean mask) {
    return new LossSpec(type, 0.2, 0.3, beta, mask, MAX_LENGTH, TEMPERATURE, 0);
  }

  /** Three groups of four with advantages, one of which is 0. */
  private static List<TrainingGroup> batch(TorchLearner learner) {
    List<SampleRequest> requests =
        IntStream.range(0, 3)
            .mapToObj(p -> new SampleRequest(TinyModel.prompt("p" + p, 9 + p), 4, new Seed(p)))
            .toList();
    SplittableRandom random = new SplittableRandom(4);
    List<TrainingGroup> batch = new ArrayList<>();
    for (Group group :
        learner.sampler().sample(requests, SamplingParams.at(TEMPERATURE, MAX_LENGTH))) {
      double[] advantages = random.doubles(4, -2, 2).toArray();
      advantages[2] = batch.isEmpty() ? 0 : advantages[2];
      batch.add(new TrainingGroup(group, advantages));
    }
    assertThat(batch.stream().flatMap(g -> g.group().completionsG().stream()))
        .anyMatch(Completion::truncated)
        .anyMatch(c -> !c.truncated());
    return batch;
  }

  private static List<List<float[]>> logProbs(LoadedModel model, List<TrainingGroup> batch) {
    return batch.stream()
        .map(g -> TorchFrozenPolicy.logProbsGT(model, g.group(), TEMPERATURE))
        .toList();
  }

  /** TRL's loss in plain numbers. */
  private static double expected(
      List<TrainingGroup> batch,
      LossSpec loss,
      List<List<float[]>> now,
      List<List<float[]>> old,
      List<List<float[]>> reference) {
    double sum = 0;
    int completions = 0;
    int tokens = 0;
    for (int p = 0; p < batch.size(); p++) {
      for (int g = 0; g < 4; g++) {
        Completion completion = batch.get(p).group().completionsG().get(g);
        completions++;
        if (loss.maskTruncatedCompletions() && completion.truncated()) {
          continue;
        }
        int length = completion.tokenIdsT().length;
        double advantage = batch.get(p).advantagesG()[g];
        double ofCompletion = 0;
        for (int t = 0; t < length; t++) {
          double logProb = now.get(p).get(g)[t];
          double ratio = Math.exp(logProb - old.get(p).get(g)[t]);
          double clipped = Math.clamp(ratio, 1 - loss.epsilon(), 1 + loss.epsilonHigh());
          double perToken = -Math.min(ratio * advantage, clipped * advantage);
          if (loss.beta() != 0) {
            double gap = reference.get(p).get(g)[t] - logProb;
            perToken += loss.beta() * (Math.exp(gap) - gap - 1);
          }
          ofCompletion += perToken;
        }
        tokens += length;
        sum += loss.lossType() == LossType.GRPO ? ofCompletion / length : ofCompletion;
      }
    }
    return switch (loss.lossType()) {
      case GRPO -> sum / completions;
      case DR_GRPO -> sum / (completions * (double) loss.maxCompletionLength());
      case DAPO -> sum / tokens;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "GRPO,0,false",
    "DR_GRPO,0,false",
    "DAPO,0,false",
    "GRPO,0.3,false",
    "DAPO,0.3,true",
    "GRPO,0,true",
    "DR_GRPO,0.3,true"
  })
  void lossAndGradientAreThoseOfTheDefinition(LossType type, double beta, boolean mask)
      throws IOException {
    LossSpec loss = loss(type, beta, mask);
    Optional<FrozenPolicy> reference = beta == 0 ? Optional.empty() : Optional.of(other());
    withLearner(
        reference,
        (learner, model) -> {
          List<TrainingGroup> batch = batch(learner);
          List<List<float[]>> old = logProbs(model, batch);
          List<List<float[]>> ofReference =
              reference
                  .map(r -> batch.stream().map(g -> r.logProbsGT(g.group(), TEMPERATURE)).toList())
                  .orElse(List.of());
          LearnerMetrics metrics = learner.step(batch, loss, 1, 0);
          assertThat(metrics.loss())
              .isCloseTo(expected(batch, loss, old, old, ofReference), within(1e-5));
          assertThat(metrics.logpDifferenceMax()).isLessThan(1e-4);

          try (TensorScope scope = TensorScope.open();
              NoGradGuard noGrad = new NoGradGuard()) {
            Tensor weights = model.model().weights().flat();
            Tensor direction = direction(weights.numel());
            double slope = model.model().weights().flatGrad().mul(direction).sum().item_double();
            double step = 2e-3;
            weights.add_(direction.mul(Tensors.scalar(step)));
            double above = expected(batch, loss, logProbs(model, batch), old, ofReference);
            weights.sub_(direction.mul(Tensors.scalar(2 * step)));
            double below = expected(batch, loss, logProbs(model, batch), old, ofReference);
            assertThat((above - below) / (2 * step))
                .isCloseTo(slope, within(2e-4 + 0.02 * Math.abs(slope)));
            assertThat(Math.abs(slope)).isGreaterThan(0.002);
          }
        });
  }

  private static Tensor direction(long length) {
    SplittableRandom random = new SplittableRandom(8);
    float[] values = new float[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensors.floats(values);
  }

  @Test
  void aSecondUseOfABatchIsClippedAgainstTheWeightsBeforeTheFirst() throws IOException {
    LossSpec loss = loss(LossType.GRPO, 0, false);
    double rate = 0.02;
    List<List<List<float[]>>> seen = new ArrayList<>();
    withLearner(
        Optional.empty(),
        (learner, model) -> {
          List<TrainingGroup> batch = batch(learner);
          seen.add(logProbs(model, batch));
          learner.step(batch, loss, 1, rate);
          seen.add(logProbs(model, batch));
        });
    withLearner(
        Optional.empty(),
        (learner, model) -> {
          List<TrainingGroup> batch = batch(learner);
          LearnerMetrics second = learner.step(batch, loss, 2, rate);
          assertThat(learner.steps()).isEqualTo(2);
          assertThat(second.loss())
              .isCloseTo(expected(batch, loss, seen.get(1), seen.get(0), List.of()), within(1e-4));
          assertThat(second.clipRatioLow()).isBetween(0.01, 0.9);
          assertThat(second.clipRatioHigh()).isBetween(0.01, 0.9);
        });
  }

  @Test
  void aDivergenceFromItselfIsNone() throws IOException {
    FrozenPolicy same = new TorchFrozenPolicy(TinyModel.trainable(folder, 1), "reference");
    withLearner(
        Optional.of(same),
        (learner, model) ->
            assertThat(learner.step(batch(learner), loss(LossType.GRPO, 0.1, false), 1, 0).kl())
                .isCloseTo(0, within(1e-6)));
    withLearner(
        Optional.of(other()),
        (learner, model) ->
            assertThat(learner.step(batch(learner), loss(LossType.GRPO, 0.1, false), 1, 0).kl())
                .isGreaterThan(0.01));
  }

  @Test
  void gradientsAreScaledDownToTheLargestNorm() throws IOException {
    withLearner(
        Optional.empty(),
        (learner, model) -> {
          LossSpec loss =
              new LossSpec(LossType.GRPO, 0.2, 0.2, 0, false, MAX_LENGTH, TEMPERATURE, 0.01);
          LearnerMetrics metrics = learner.step(batch(learner), loss, 1, 0);
          assertThat(metrics.gradNorm()).isGreaterThan(0.1);
          try (TensorScope scope = TensorScope.open();
              NoGradGuard noGrad = new NoGradGuard()) {
            assertThat(model.model().weights().flatGrad().norm().item_double())
                .isCloseTo(0.01, within(1e-5));
          }
        });
  }

  @Test
  void aLossThatIsNoNumberLeavesTheWeightsAndNamesTheCompletion() throws IOException {
    withLearner(
        Optional.empty(),
        (learner, model) -> {
          List<TrainingGroup> batch = batch(learner);
          batch.get(1).advantagesG()[3] = Double.NaN;
          float[] before = Tensors.toFloats(model.model().weights().flat());
          assertThatThrownBy(() -> learner.step(batch, loss(LossType.GRPO, 0, false), 1, 0.1))
              .isInstanceOf(PolicyException.class)
              .hasMessageContaining("loss of policy tiny is NaN")
              .hasMessageContaining("optimizer step 1, which was not applied")
              .hasMessageContaining("p1 member 3");
          assertThat(learner.steps()).isZero();
          assertThat(Tensors.toFloats(model.model().weights().flat())).isEqualTo(before);
        });
  }

  @Test
  void aBatchWithoutSignalLeavesTheWeights() throws IOException {
    withLearner(
        Optional.empty(),
        (learner, model) -> {
          float[] before = Tensors.toFloats(model.model().weights().flat());
          List<TrainingGroup> batch =
              batch(learner).stream()
                  .map(g -> new TrainingGroup(g.group(), new double[4]))
                  .toList();
          LearnerMetrics metrics = learner.step(batch, loss(LossType.DAPO, 0, false), 1, 0.1);
          assertThat(metrics.loss()).isZero();
          assertThat(metrics.gradNorm()).isZero();
          assertThat(Tensors.toFloats(model.model().weights().flat())).isEqualTo(before);
        });
  }
}
