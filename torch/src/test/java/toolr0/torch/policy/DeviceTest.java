package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.base.Seed;
import toolr0.policy.Device;
import toolr0.policy.Device.Kind;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Learner;
import toolr0.policy.LearnerMetrics;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LoraSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.LossSpec.LossType;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.OptimizerSpec.Optim;
import toolr0.policy.PassSpec;
import toolr0.policy.SampleRequest;
import toolr0.policy.Sampler;
import toolr0.policy.SamplingParams;
import toolr0.policy.TrainingGroup;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.SmallConfigs;
import toolr0.torch.model.Compute;
import toolr0.torch.model.PerturbedWeights;
import toolr0.torch.model.Precision;
import toolr0.torch.system.DeviceMemory;
import toolr0.torch.tensor.PresentDevices;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.text.TinyTokenizer;

/** Sampling, training and checkpoints on every device that is here, in fp32 and in bf16. */
class DeviceTest {
  private static final LossSpec LOSS = new LossSpec(LossType.GRPO, 0.2, 0.2, 0, false, 24, 0.9, 0);

  @TempDir private Path folder;

  static Stream<Arguments> everywhere() {
    return PresentDevices.all()
        .flatMap(
            device ->
                Stream.of(Precision.FP32, Precision.BF16)
                    .map(precision -> new Compute(device, precision)))
        .flatMap(compute -> SmallConfigs.all().map(config -> Arguments.of(compute, config)));
  }

  private Path checkpoint(ModelConfig config) throws IOException {
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    TinyTokenizer.write(tokenizer);
    Path checkpoint = folder.resolve("checkpoint");
    try (LoadedModel model =
        new LoadedModel(tokenizer, PerturbedWeights.of(config, 1), Precision.FP32)) {
      model.save(checkpoint, extras -> {});
    }
    return checkpoint;
  }

  private static TorchPolicyStore store(Compute compute) {
    return new TorchPolicyStore(compute, List.of());
  }

  private static LearnerSpec spec(Optim optim, LoraSpec lora, boolean checkpointing) {
    return new LearnerSpec(
        new OptimizerSpec(optim, 0.9, 0.999, 1e-8, 0),
        new PassSpec(512, checkpointing, 1),
        lora,
        new Seed(3));
  }

  private static List<Group> sample(Sampler sampler, int seed) {
    List<SampleRequest> requests =
        IntStream.range(0, 3)
            .mapToObj(
                p ->
                    new SampleRequest(TinyModel.prompt("p" + p, 9 + 20 * p), 4, new Seed(seed + p)))
            .toList();
    return sampler.sample(requests, SamplingParams.at(0.9, 24));
  }

  private static float tolerance(Compute compute) {
    return compute.precision() == Precision.FP32 ? 2e-4f : 0.25f;
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void logProbabilitiesOfSamplesAreThoseOfScoringThem(Compute compute, ModelConfig config)
      throws IOException {
    Path checkpoint = checkpoint(config);
    try (FrozenPolicy policy = store(compute).open(checkpoint, "frozen");
        FrozenPolicy exact = store(Compute.onCpu(Precision.FP32)).open(checkpoint, "exact")) {
      for (Group group : sample(policy, 1)) {
        List<float[]> scored = policy.logProbsGT(group, 0.9);
        List<float[]> exactly = exact.logProbsGT(group, 0.9);
        for (int g = 0; g < scored.size(); g++) {
          assertThat(group.completionsG().get(g).logProbsT())
              .containsExactly(scored.get(g), within(tolerance(compute)));
          assertThat(scored.get(g)).containsExactly(exactly.get(g), within(tolerance(compute)));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void stepsOfAllWeightsRaiseTheReward(Compute compute, ModelConfig config) throws IOException {
    rewardRises(compute, config, spec(Optim.ADAMW, LoraSpec.OFF, false));
    rewardRises(compute, config, spec(Optim.ADAMW_8BIT, LoraSpec.OFF, true));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void stepsOfAdaptersRaiseTheReward(Compute compute, ModelConfig config) throws IOException {
    LoraSpec lora = new LoraSpec(4, 8, 0, LoraSpec.ALL_LINEAR);
    rewardRises(compute, config, spec(Optim.ADAMW, lora, true));
  }

  private void rewardRises(Compute compute, ModelConfig config, LearnerSpec spec)
      throws IOException {
    Path checkpoint = checkpoint(config);
    try (Learner learner =
        store(compute).learn(checkpoint, "learner", spec, false, Optional.empty())) {
      SplittableRandom random = new SplittableRandom(2);
      List<TrainingGroup> batch =
          sample(learner.sampler(), 1).stream()
              .map(group -> new TrainingGroup(group, random.doubles(4, -2, 2).toArray()))
              .toList();
      double loss = Double.MAX_VALUE;
      for (int step = 0; step < 4; step++) {
        LearnerMetrics metrics = learner.step(batch, LOSS, 1, 3e-3);
        assertThat(metrics.logpDifferenceMax()).isLessThan(step == 0 ? tolerance(compute) : 5);
        loss = metrics.gradNorm();
      }
      assertThat(loss).isPositive();
      assertThat(reward(learner, batch, compute, spec)).isPositive();
      learner.sampler();
    }
  }

  /** How much more probable what was rewarded has become, by the saved checkpoint. */
  private double reward(
      Learner learner, List<TrainingGroup> batch, Compute compute, LearnerSpec spec) {
    Path saved = folder.resolve("saved-" + spec.hashCode());
    learner.save(saved);
    double sum = 0;
    try (FrozenPolicy after = store(compute).open(saved, "after");
        Learner again = store(compute).learn(saved, "again", spec, true, Optional.empty())) {
      assertThat(again.steps()).isEqualTo(learner.steps());
      for (TrainingGroup group : batch) {
        List<float[]> now = after.logProbsGT(group.group(), 0.9);
        for (int g = 0; g < now.size(); g++) {
          float[] before = group.group().completionsG().get(g).logProbsT();
          for (int t = 0; t < before.length; t++) {
            sum += group.advantagesG()[g] * (now.get(g)[t] - before[t]) / before.length;
          }
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void whatIsSavedIsLoadedWithTheSameBits(Compute compute, ModelConfig config) throws IOException {
    Path checkpoint = checkpoint(config);
    try (LoadedModel trainable = LoadedModel.open(checkpoint, true, compute)) {
      trainable.save(folder.resolve("again"), extras -> {});
    }
    assertThat(folder.resolve("again/model.safetensors"))
        .hasSameBinaryContentAs(checkpoint.resolve("model.safetensors"));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void nothingStaysInMemory(Compute compute, ModelConfig config) throws IOException {
    Path checkpoint = checkpoint(config);
    long before = Long.MAX_VALUE;
    double allocated = Double.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      try (FrozenPolicy policy = store(compute).open(checkpoint, "frozen")) {
        sample(policy, round);
      }
      Device device = compute.device();
      double now =
          device.kind() == Kind.CUDA
              ? DeviceMemory.gauges(device).getOrDefault("device/allocated_mb", 0.0)
              : 0;
      if (round > 0) {
        assertThat(TensorScope.live()).isLessThanOrEqualTo(before);
        assertThat(now).isLessThanOrEqualTo(allocated);
      }
      before = TensorScope.live();
      allocated = now;
    }
  }
}
