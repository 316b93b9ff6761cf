package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Learner;
import toolr0.policy.LearnerMetrics;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LoraSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.LossSpec.LossType;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.policy.SampleRequest;
import toolr0.policy.Sampler;
import toolr0.policy.SamplingParams;
import toolr0.policy.TrainingGroup;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.SmallConfigs;
import toolr0.torch.model.Adapters;
import toolr0.torch.model.Compute;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.PerturbedWeights;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;
import toolr0.torch.text.TinyTokenizer;
import toolr0.torch.text.TokenizerException;

/** Adapters: what they compute, how they are trained, kept and refused. */
class LoraTest {
  private static final String EVERY_FAMILY = "toolr0.torch.checkpoint.SmallConfigs#all";
  private static final LoraSpec SPEC = new LoraSpec(3, 6, 0, LoraSpec.ALL_LINEAR);
  private static final LossSpec LOSS = new LossSpec(LossType.GRPO, 0.2, 0.2, 0, false, 24, 0.9, 0);

  @TempDir private Path folder;
  private Path base;

  @BeforeEach
  void writeBase() throws IOException {
    base = folder.resolve("base");
    write(base, TinyModel.CONFIG, 1);
  }

  private static void write(Path folder, ModelConfig config, int seed) throws IOException {
    Path tokenizer = Files.createDirectories(folder.resolveSibling("tokenizer"));
    TinyTokenizer.write(tokenizer);
    try (LoadedModel model =
        new LoadedModel(tokenizer, PerturbedWeights.of(config, seed), Precision.FP32)) {
      model.save(folder, extras -> {});
    }
  }

  private static TorchPolicyStore store() {
    return new TorchPolicyStore(Precision.FP32);
  }

  private static LearnerSpec learner(LoraSpec lora) {
    return new LearnerSpec(OptimizerSpec.DEFAULT, PassSpec.ofTokens(512), lora, new Seed(5));
  }

  /** Adapters that are far from changing nothing. */
  private static Adapters moved(ModelConfig config, LoraSpec spec) {
    Adapters adapters = Adapters.fresh(config, spec, new Seed(4));
    float[] noise = new float[Math.toIntExact(adapters.flat().numel())];
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) (0.1 * random.nextGaussian());
    }
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      adapters.flat().add_(Tensors.floats(noise));
    }
    return adapters;
  }

  private static PackedBatch batch(ModelConfig config) {
    SplittableRandom random = new SplittableRandom(9);
    List<int[]> completions =
        IntStream.of(5, 9, 2)
            .mapToObj(n -> random.ints(n, 0, SmallConfigs.VOCABULARY).toArray())
            .toList();
    int[] prompt = random.ints(11, 0, SmallConfigs.VOCABULARY).toArray();
    assertThat(config.vocabSize()).isGreaterThanOrEqualTo(SmallConfigs.VOCABULARY);
    return PackedBatch.of(List.of(new PackedBatch.Entry(prompt, completions)));
  }

  private static float[] hidden(Transformer model, PackedBatch batch) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      return Tensors.toFloats(model.forward(batch));
    }
  }

  private static double accumulate(Transformer model, PackedBatch batch, PassSpec passes) {
    try (TensorScope scope = TensorScope.open()) {
      return LmHead.accumulate(
          model, batch, 1, passes, (logProbs, entropy, from) -> logProbs.square().sum());
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void freshAdaptersChangeNotABit(ModelConfig config) {
    try (Weights weights = PerturbedWeights.of(config, 1);
        Adapters adapters = Adapters.fresh(config, SPEC, new Seed(4))) {
      Transformer model = new Transformer(weights, Precision.FP32);
      PackedBatch batch = batch(config);
      assertThat(hidden(model.with(adapters), batch)).isEqualTo(hidden(model, batch));
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void mergedWeightsComputeWhatAdaptersDo(ModelConfig config) {
    try (Weights weights = PerturbedWeights.of(config, 1);
        Weights merged = PerturbedWeights.of(config, 1);
        Adapters adapters = moved(config, SPEC)) {
      adapters.mergeInto(merged);
      PackedBatch batch = batch(config);
      Transformer model = new Transformer(weights, Precision.FP32);
      float[] apart = hidden(model.with(adapters), batch);
      float[] together = hidden(new Transformer(merged, Precision.FP32), batch);
      assertThat(together).containsExactly(apart, within(2e-4f));
      assertThat(hidden(model, batch)).isNotEqualTo(apart);
    }
  }

  /** Weights whose matrices are rounded to bf16, kept so or widened again. */
  private static Weights rounded(ModelConfig config, boolean kept) {
    try (Weights exact = PerturbedWeights.of(config, 1);
        TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> tensors = new HashMap<>();
      exact
          .export()
          .forEach(
              t -> {
                Tensor values = t.values().view(t.shape());
                tensors.put(
                    t.name(), t.shape().length == 2 ? values.to(ScalarType.BFloat16) : values);
              });
      Weights.Source source = (name, shape) -> Objects.requireNonNull(tensors.get(name));
      return kept ? Weights.loadBf16(config, source) : Weights.load(config, false, source);
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void overABaseInBf16AdaptersComputeWhatTheyDoOverTheSameNumbersInFp32(ModelConfig config) {
    PackedBatch batch = batch(config);
    PassSpec again = new PassSpec(512, true, 64);
    for (Precision precision : Precision.values()) {
      float[][] outputs = new float[2][];
      float[][] gradients = new float[3][];
      for (int i = 0; i < 3; i++) {
        try (Weights weights = rounded(config, i != 1);
            Adapters adapters = moved(config, SPEC)) {
          Transformer model = new Transformer(weights, precision).with(adapters);
          accumulate(model, batch, i == 2 ? again : PassSpec.ofTokens(512));
          gradients[i] = Tensors.toFloats(adapters.flatGrad());
          if (i < 2) {
            outputs[i] = hidden(model, batch);
          }
        }
      }
      assertThat(outputs[0]).isEqualTo(outputs[1]);
      assertThat(gradients[0]).isEqualTo(gradients[1]);
      assertThat(gradients[2]).isEqualTo(gradients[0]);
      assertThat(gradients[0]).isNotEqualTo(new float[gradients[0].length]);
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void aBaseInBf16MergedInFp32ComputesWhatItsAdaptersDo(ModelConfig config) {
    try (Weights weights = rounded(config, true);
        Weights merged = rounded(config, false);
        Adapters adapters = moved(config, SPEC)) {
      adapters.mergeInto(merged);
      PackedBatch batch = batch(config);
      float[] apart = hidden(new Transformer(weights, Precision.FP32).with(adapters), batch);
      float[] together = hidden(new Transformer(merged, Precision.FP32), batch);
      assertThat(together).containsExactly(apart, within(2e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void gradientsAreProjectionsOfTheMergedWeights(ModelConfig config) {
    try (TensorScope scope = TensorScope.open();
        Weights weights = PerturbedWeights.of(config, 1);
        Weights merged = PerturbedWeights.of(config, 1);
        Adapters adapters = moved(config, SPEC)) {
      adapters.mergeInto(merged);
      PackedBatch batch = batch(config);
      PassSpec passes = PassSpec.ofTokens(512);
      double loss = accumulate(new Transformer(merged, Precision.FP32), batch, passes);
      Transformer model = new Transformer(weights, Precision.FP32).with(adapters);
      assertThat(accumulate(model, batch, passes)).isCloseTo(loss, within(1e-4 * loss));

      Map<String, Tensor> whole = new HashMap<>();
      merged.exportGradients().forEach(g -> whole.put(g.name(), g.values().view(g.shape())));
      Map<String, Tensor> now = new HashMap<>();
      adapters.export().forEach(t -> now.put(t.name(), t.values().view(t.shape())));
      int checked = 0;
      for (Weights.Exported gradient : adapters.exportGradients()) {
        String module = gradient.name().replaceAll("\\.lora_[AB]\\.weight$", "");
        Tensor ofWhole =
            Objects.requireNonNull(whole.get(module.replace("base_model.model.", "") + ".weight"));
        Tensor a = Objects.requireNonNull(now.get(module + ".lora_A.weight"));
        Tensor b = Objects.requireNonNull(now.get(module + ".lora_B.weight"));
        Tensor expected =
            gradient.name().endsWith("lora_A.weight") ? b.t().mm(ofWhole) : ofWhole.mm(a.t());
        float[] wanted = Tensors.toFloats(expected.mul(Tensors.scalar(SPEC.scale())));
        float[] found = Tensors.toFloats(gradient.values());
        float size = 0;
        for (float value : wanted) {
          size = Math.max(size, Math.abs(value));
        }
        assertThat(size).isPositive();
        assertThat(found).as(gradient.name()).containsExactly(wanted, within(2e-3f * size));
        checked++;
      }
      assertThat(checked).isEqualTo(2 * 7 * config.numHiddenLayers());
    }
  }

  @Test
  void inputsThatAreLeftOutAreTheSameWhenALayerIsComputedAgain() {
    LoraSpec spec = new LoraSpec(3, 6, 0.4, List.of("q_proj", "v_proj", "down_proj"));
    float[][] gradients = new float[3][];
    for (int i = 0; i < gradients.length; i++) {
      try (Weights weights = PerturbedWeights.of(TinyModel.CONFIG, 1);
          Adapters adapters = moved(TinyModel.CONFIG, spec)) {
        Transformer model =
            new Transformer(weights, Precision.FP32)
                .with(adapters)
                .dropping(new Seed(i == 2 ? 8 : 7));
        accumulate(model, batch(TinyModel.CONFIG), new PassSpec(512, i == 1, 64));
        gradients[i] = Tensors.toFloats(adapters.flatGrad());
      }
    }
    assertThat(gradients[1]).isEqualTo(gradients[0]);
    assertThat(gradients[2]).isNotEqualTo(gradients[0]);
  }

  private static List<TrainingGroup> groups(Sampler sampler, int seed) {
    List<SampleRequest> requests =
        IntStream.range(0, 3)
            .mapToObj(
                p -> new SampleRequest(TinyModel.prompt("p" + p, 9 + p), 4, new Seed(seed + p)))
            .toList();
    SplittableRandom random = new SplittableRandom(seed);
    return sampler.sample(requests, SamplingParams.at(0.9, 24)).stream()
        .map(group -> new TrainingGroup(group, random.doubles(4, -2, 2).toArray()))
        .toList();
  }

  private static double reward(FrozenPolicy policy, List<TrainingGroup> batch) {
    double sum = 0;
    for (TrainingGroup group : batch) {
      List<float[]> logProbs = policy.logProbsGT(group.group(), 0.9);
      for (int g = 0; g < logProbs.size(); g++) {
        for (float logProb : logProbs.get(g)) {
          sum += logProb * group.advantagesG()[g] / logProbs.get(g).length;
        }
      }
    }
    return sum;
  }

  @Test
  void aStepMovesTowardsTheRewardAndLeavesTheBase() throws IOException {
    byte[] before = Files.readAllBytes(base.resolve("model.safetensors"));
    Path saved = folder.resolve("saved");
    TorchPolicyStore store = store();
    try (FrozenPolicy frozen = store.open(base, "base");
        Learner learner = store.learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      List<TrainingGroup> batch = groups(learner.sampler(), 1);
      double start = reward(frozen, batch);
      assertThat(learner.step(batch, LOSS, 1, 1e-3).logpDifferenceMax()).isLessThan(1e-4);
      learner.step(batch, LOSS, 1, 1e-3);
      learner.save(saved);
      assertThat(reward(frozen, batch)).isEqualTo(start);
      try (FrozenPolicy trained = store.open(saved, "trained")) {
        assertThat(reward(trained, batch)).isGreaterThan(start + 1e-3);
        List<Group> sampled = groups(trained, 4).stream().map(TrainingGroup::group).toList();
        for (Group group : sampled) {
          List<float[]> scored = trained.logProbsGT(group, 0.9);
          for (int g = 0; g < scored.size(); g++) {
            assertThat(group.completionsG().get(g).logProbsT())
                .containsExactly(scored.get(g), within(1e-4f));
          }
        }
      }
      assertThat(store.basesInMemory()).isEqualTo(1);
    }
    assertThat(store.basesInMemory()).isZero();
    assertThat(Files.readAllBytes(base.resolve("model.safetensors"))).isEqualTo(before);
    assertThat(saved.resolve("model.safetensors")).doesNotExist();
    assertThat(saved.resolve("tokenizer.json")).exists();
  }

  @Test
  void aMergedCheckpointAnswersAsItsAdaptersDo() {
    Path saved = folder.resolve("saved");
    Path merged = folder.resolve("merged");
    TorchPolicyStore store = store();
    List<TrainingGroup> batch;
    try (Learner learner = store.learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      batch = groups(learner.sampler(), 1);
      learner.step(batch, LOSS, 1, 1e-2);
      learner.step(batch, LOSS, 1, 1e-2);
      learner.save(saved);
    }
    try (LoadedModel whole = LoadedModel.merged(saved, Precision.FP32)) {
      whole.save(merged, extras -> {});
    }
    assertThat(merged.resolve("adapter_config.json")).doesNotExist();
    try (FrozenPolicy adapters = store.open(saved, "adapters");
        FrozenPolicy whole = store.open(merged, "whole")) {
      for (TrainingGroup group : batch) {
        List<float[]> expected = adapters.logProbsGT(group.group(), 0.9);
        List<float[]> found = whole.logProbsGT(group.group(), 0.9);
        for (int g = 0; g < expected.size(); g++) {
          assertThat(found.get(g)).containsExactly(expected.get(g), within(1e-4f));
        }
      }
    }
  }

  @Test
  void filesAreThoseOfPeft() throws IOException {
    Path saved = folder.resolve("saved");
    try (Learner learner = store().learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      learner.save(saved);
    }
    var config = Json.parse(Files.readString(saved.resolve("adapter_config.json")));
    assertThat(config.get("peft_type").asString()).isEqualTo("LORA");
    assertThat(config.get("task_type").asString()).isEqualTo("CAUSAL_LM");
    assertThat(config.get("r").asInt()).isEqualTo(3);
    assertThat(config.get("lora_alpha").asInt()).isEqualTo(6);
    assertThat(config.get("base_model_name_or_path").asString())
        .isEqualTo(base.toAbsolutePath().normalize().toString());
    try (Safetensors file = Safetensors.open(saved.resolve("adapter_model.safetensors"))) {
      assertThat(file.tensors()).hasSize(2 * 7 * TinyModel.CONFIG.numHiddenLayers());
      String layer = "base_model.model.model.layers.1.";
      assertThat(file.tensor(layer + "self_attn.q_proj.lora_A.weight").orElseThrow().shape())
          .containsExactly(3L, (long) TinyModel.CONFIG.hiddenSize());
      assertThat(file.tensor(layer + "mlp.down_proj.lora_B.weight").orElseThrow().shape())
          .containsExactly((long) TinyModel.CONFIG.hiddenSize(), 3L);
    }
  }

  @Test
  void aResumedLearnerGoesOnWithTheSameBits() {
    LoraSpec spec = new LoraSpec(3, 6, 0.2, LoraSpec.ALL_LINEAR);
    Path whole = folder.resolve("whole");
    Path half = folder.resolve("half");
    Path resumed = folder.resolve("resumed");
    TorchPolicyStore store = store();
    try (Learner learner = store.learn(base, "tiny", learner(spec), false, Optional.empty())) {
      for (int step = 0; step < 4; step++) {
        learner.step(groups(learner.sampler(), step), LOSS, 1, 1e-2);
        if (step == 1) {
          learner.save(half);
        }
      }
      learner.save(whole);
    }
    try (Learner learner = store.learn(half, "tiny", learner(spec), true, Optional.empty())) {
      assertThat(learner.steps()).isEqualTo(2);
      for (int step = 2; step < 4; step++) {
        learner.step(groups(learner.sampler(), step), LOSS, 1, 1e-2);
      }
      learner.save(resumed);
    }
    for (String file : List.of("adapter_model.safetensors", "optimizer.safetensors")) {
      assertThat(resumed.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
  }

  @Test
  void adaptersOfAnotherModelAreRefused() throws IOException {
    Path saved = folder.resolve("saved");
    try (Learner learner = store().learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      learner.save(saved);
    }
    write(base, TinyModel.CONFIG, 2);
    assertThatThrownBy(() -> store().open(saved, "solver"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("adapter_model.safetensors")
        .hasMessageContaining("were trained on another model");

    write(base, SmallConfigs.all().toList().getLast(), 1);
    assertThatThrownBy(() -> store().open(saved, "solver"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("do not fit the model in " + base)
        .hasMessageContaining("lora_A.weight");

    Path config = saved.resolve("adapter_config.json");
    Files.writeString(config, Files.readString(config).replace(base.toString(), "/nowhere/at/all"));
    assertThatThrownBy(() -> store().open(saved, "solver"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("adapter_config.json")
        .hasMessageContaining("/nowhere/at/all");
  }

  @Test
  void settingsThatDifferFromTheAdaptersAreRefused() {
    Path saved = folder.resolve("saved");
    TorchPolicyStore store = store();
    try (Learner learner = store.learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      learner.save(saved);
    }
    List<LoraSpec> others = new ArrayList<>();
    others.add(LoraSpec.OFF);
    others.add(new LoraSpec(4, 6, 0, LoraSpec.ALL_LINEAR));
    others.add(new LoraSpec(3, 6, 0, List.of("q_proj")));
    for (LoraSpec other : others) {
      assertThatThrownBy(() -> store.learn(saved, "tiny", learner(other), true, Optional.empty()))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(saved.toString())
          .hasMessageContaining("lora_r");
    }
    assertThat(store.basesInMemory()).isZero();
  }

  @Test
  void dropoutIsTheConfigurationsWhereverTrainingStarts() throws IOException {
    Path saved = folder.resolve("saved");
    TorchPolicyStore store = store();
    try (Learner learner = store.learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      learner.step(groups(learner.sampler(), 1), LOSS, 1, 1e-2);
      learner.save(saved);
    }
    byte[][] moved = new byte[3][];
    for (int i = 0; i < moved.length; i++) {
      LoraSpec spec = SPEC.withDropout(i == 2 ? 0.4 : 0);
      Path next = folder.resolve("next-" + i);
      try (Learner learner = store.learn(saved, "tiny", learner(spec), true, Optional.empty())) {
        learner.step(groups(learner.sampler(), 2), LOSS, 1, 1e-2);
        learner.save(next);
      }
      moved[i] = Files.readAllBytes(next.resolve("adapter_model.safetensors"));
      assertThat(
              Json.parse(Files.readString(next.resolve("adapter_config.json")))
                  .get("lora_dropout")
                  .asDouble())
          .isEqualTo(spec.dropout());
    }
    assertThat(moved[1]).isEqualTo(moved[0]);
    assertThat(moved[2]).isNotEqualTo(moved[0]);
  }

  @Test
  void aRatioIsOneWhileTheAdaptersHaveNotMovedWhateverIsLeftOut() {
    LoraSpec spec = new LoraSpec(3, 60, 0.5, LoraSpec.ALL_LINEAR);
    LossSpec narrow = new LossSpec(LossType.GRPO, 1e-4, 1e-4, 0, false, 24, 0.9, 0);
    TorchPolicyStore store = store();
    try (Learner learner = store.learn(base, "tiny", learner(spec), false, Optional.empty())) {
      for (int step = 0; step < 3; step++) {
        learner.step(groups(learner.sampler(), step), LOSS, 1, 1e-2);
      }
      LearnerMetrics metrics = learner.step(groups(learner.sampler(), 3), narrow, 3, 1e-12);
      assertThat(metrics.logpDifferenceMean()).isGreaterThan(1e-2);
      assertThat(metrics.clipRatioLow()).isZero();
      assertThat(metrics.clipRatioHigh()).isZero();
    }
  }

  @Test
  void aRunsAdaptersFindItsModelWhereItIsNow() throws IOException {
    Path saved = folder.resolve("saved");
    try (Learner learner = store().learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      learner.save(saved);
    }
    Path moved = folder.resolve("moved");
    Files.move(base, moved);
    assertThatThrownBy(() -> store().open(saved, "solver"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(base.toString());
    TorchPolicyStore store = new TorchPolicyStore(Compute.onCpu(Precision.FP32), List.of(moved));
    try (FrozenPolicy frozen = store.open(saved, "solver");
        FrozenPolicy whole = store.open(moved, "base");
        Learner learner = store.learn(saved, "tiny", learner(SPEC), true, Optional.empty())) {
      assertThat(store.basesInMemory()).isEqualTo(1);
      Group group = groups(learner.sampler(), 1).getFirst().group();
      assertThat(frozen.logProbsGT(group, 0.9))
          .usingRecursiveComparison()
          .isEqualTo(whole.logProbsGT(group, 0.9));
    }
    assertThat(store.basesInMemory()).isZero();
  }

  @Test
  void whatIsRefusedLeavesNothingInMemory() throws IOException {
    Path saved = folder.resolve("saved");
    TorchPolicyStore store = store();
    try (Learner learner = store.learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      learner.save(saved);
    }
    long before = live(store);
    Files.delete(saved.resolve("optimizer.safetensors"));
    refused(() -> store.learn(saved, "tiny", learner(SPEC), true, Optional.empty()));
    assertThat(live(store)).isEqualTo(before);

    spoil(saved.resolve("adapter_model.safetensors"));
    refused(() -> store.open(saved, "tiny"));
    refused(() -> store.learn(saved, "tiny", learner(SPEC), false, Optional.empty()));
    refused(() -> LoadedModel.merged(saved, Precision.FP32));
    assertThat(live(store)).isEqualTo(before);

    String tokenizer = Files.readString(base.resolve("tokenizer.json"));
    Files.writeString(base.resolve("tokenizer.json"), "{}");
    refused(() -> store.open(base, "tiny"));
    refused(() -> store.learn(base, "tiny", learner(SPEC), false, Optional.empty()));
    refused(() -> store.learn(base, "tiny", learner(LoraSpec.OFF), false, Optional.empty()));
    assertThat(live(store)).isEqualTo(before);
    Files.writeString(base.resolve("tokenizer.json"), tokenizer);

    spoil(base.resolve("model.safetensors"));
    refused(() -> store.open(base, "tiny"));
    refused(() -> store.learn(base, "tiny", learner(LoraSpec.OFF), false, Optional.empty()));
    assertThat(live(store)).isEqualTo(before);
  }

  private static void refused(ThrowingCallable what) {
    assertThatThrownBy(what).isInstanceOfAny(CheckpointException.class, TokenizerException.class);
  }

  /** Native objects, when no model is in memory. */
  private static long live(TorchPolicyStore store) {
    assertThat(store.basesInMemory()).isZero();
    return TensorScope.live();
  }

  /** Makes the last value of a file of weights no number. */
  private static void spoil(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    System.arraycopy(new byte[] {0, 0, (byte) 0xc0, 0x7f}, 0, bytes, bytes.length - 4, 4);
    Files.write(file, bytes);
  }

  @Test
  void aPolicyThatIsClosedTwiceLeavesItsBaseToTheOthers() {
    TorchPolicyStore store = store();
    try (FrozenPolicy kept = store.open(base, "kept")) {
      FrozenPolicy closed = store.open(base, "closed");
      closed.close();
      closed.close();
      assertThat(store.basesInMemory()).isEqualTo(1);
      assertThat(kept.renderer()).isNotNull();
    }
    assertThat(store.basesInMemory()).isZero();
  }

  @Test
  void liveTensorsStayFlatOverTwoHundredSteps() {
    TorchPolicyStore store = store();
    try (Learner learner = store.learn(base, "tiny", learner(SPEC), false, Optional.empty())) {
      List<TrainingGroup> batch = groups(learner.sampler(), 1);
      long before = 0;
      for (int step = 0; step < 200; step++) {
        learner.step(batch, LOSS, 1, 1e-4);
        if (step == 20) {
          before = TensorScope.live();
        }
      }
      assertThat(TensorScope.live()).isLessThanOrEqualTo(before);
    }
  }
}
