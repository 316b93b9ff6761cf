package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.base.Seed;
import toolr0.policy.Device;
import toolr0.policy.Group;
import toolr0.policy.LossSpec;
import toolr0.policy.LossSpec.LossType;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.policy.TrainingGroup;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.SafetensorsWriter;
import toolr0.torch.checkpoint.SmallConfigs;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.model.Compute;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.PerturbedWeights;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;
import toolr0.torch.text.TinyTokenizer;

/** Sampling, training and checkpoints of every family, with small random models. */
class FamilyTest {
  private static final String EVERY_FAMILY = "toolr0.torch.checkpoint.SmallConfigs#all";
  private static final PassSpec PASSES = PassSpec.ofTokens(512);
  private static final Path MAPS = Path.of("/proc/self/maps");

  @TempDir private Path folder;

  private LoadedModel model(ModelConfig config) throws IOException {
    TinyTokenizer.write(folder);
    return new LoadedModel(folder, PerturbedWeights.of(config, 1), Precision.FP32);
  }

  private static List<Group> sample(TorchSampler sampler, int prompts) {
    List<SampleRequest> requests =
        IntStream.range(0, prompts)
            .mapToObj(p -> new SampleRequest(TinyModel.prompt("p" + p, 9 + p), 4, new Seed(p)))
            .toList();
    return sampler.sample(requests, SamplingParams.at(0.9, 24));
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void logProbabilitiesOfSamplesAreTheLearners(ModelConfig config) throws IOException {
    try (LoadedModel model = model(config)) {
      for (Group group : sample(model.sampler("small", () -> 0), 3)) {
        List<float[]> scored = TorchFrozenPolicy.logProbsGT(model, group, 0.9);
        for (int g = 0; g < scored.size(); g++) {
          assertThat(group.completionsG().get(g).logProbsT())
              .containsExactly(scored.get(g), within(1e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void aStepOfTrainingMovesEveryTensorTowardsTheReward(ModelConfig config) throws IOException {
    LoadedModel model = model(config);
    AdamW adamW = new AdamW(model.model().weights(), OptimizerSpec.DEFAULT);
    try (TorchLearner learner =
        new TorchLearner(model, "small", adamW, PASSES, new Seed(3), Optional.empty())) {
      SplittableRandom random = new SplittableRandom(2);
      List<TrainingGroup> batch =
          sample((TorchSampler) learner.sampler(), 3).stream()
              .map(group -> new TrainingGroup(group, random.doubles(4, -2, 2).toArray()))
              .toList();
      double before = reward(model, batch);
      Map<String, float[]> weights = tensors(model.model().weights());
      LossSpec loss = new LossSpec(LossType.GRPO, 0.2, 0.2, 0, false, 24, 0.9, 0);
      assertThat(learner.step(batch, loss, 1, 1e-3).logpDifferenceMax()).isLessThan(1e-4);
      assertThat(reward(model, batch)).isGreaterThan(before + 1e-3);
      tensors(model.model().weights())
          .forEach((name, values) -> assertThat(values).as(name).isNotEqualTo(weights.get(name)));
    }
  }

  private static double reward(LoadedModel model, List<TrainingGroup> batch) {
    double sum = 0;
    for (TrainingGroup group : batch) {
      List<float[]> logProbs = TorchFrozenPolicy.logProbsGT(model, group.group(), 0.9);
      for (int g = 0; g < logProbs.size(); g++) {
        for (float logProb : logProbs.get(g)) {
          sum += group.advantagesG()[g] * logProb / logProbs.get(g).length;
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void gradientsAreTheSlopeOfTheLoss(ModelConfig config) {
    PackedBatch batch =
        PackedBatch.of(
            List.of(
                new PackedBatch.Entry(ids(1, 12), List.of(ids(2, 9), ids(3, 5))),
                new PackedBatch.Entry(ids(4, 1), List.of(ids(5, 14)))));
    try (TensorScope scope = TensorScope.open();
        Weights weights = PerturbedWeights.of(config, 2)) {
      Transformer model = new Transformer(weights, Precision.FP32);
      accumulate(model, batch);
      SplittableRandom random = new SplittableRandom(6);
      for (Weights.Exported gradient : weights.exportGradients()) {
        assertThat(largest(gradient.values())).as(gradient.name()).isPositive();
      }
      float[] direction = new float[Math.toIntExact(weights.flat().numel())];
      for (int i = 0; i < direction.length; i++) {
        direction[i] = (float) random.nextGaussian();
      }
      try (NoGradGuard noGrad = new NoGradGuard()) {
        Tensor d = Tensors.floats(direction);
        double slope = weights.flatGrad().mul(d).sum().item_double();
        double step = 2e-4;
        weights.flat().add_(d.mul(Tensors.scalar(step)));
        double above = loss(model, batch);
        weights.flat().sub_(d.mul(Tensors.scalar(2 * step)));
        double below = loss(model, batch);
        assertThat((above - below) / (2 * step))
            .isCloseTo(slope, within(0.05 + 0.02 * Math.abs(slope)));
        assertThat(Math.abs(slope)).isGreaterThan(0.5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void aSharedPromptEqualsARepeatedOne(ModelConfig config) {
    int[] prompt = ids(1, 30);
    List<int[]> completions = List.of(ids(2, 8), ids(3, 1), ids(4, 17));
    List<PackedBatch> ways =
        List.of(
            PackedBatch.of(List.of(new PackedBatch.Entry(prompt, completions))),
            PackedBatch.of(
                completions.stream().map(c -> new PackedBatch.Entry(prompt, List.of(c))).toList()));
    List<float[]> gradients = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (PackedBatch way : ways) {
      try (TensorScope scope = TensorScope.open();
          Weights weights = PerturbedWeights.of(config, 2)) {
        losses.add(accumulate(new Transformer(weights, Precision.FP32), way));
        gradients.add(Tensors.toFloats(weights.flatGrad()));
      }
    }
    assertThat(losses.get(0)).isCloseTo(losses.get(1), within(1e-4 * Math.abs(losses.get(1))));
    for (int i = 0; i < gradients.get(0).length; i++) {
      float expected = gradients.get(1)[i];
      assertThat(gradients.get(0)[i])
          .isCloseTo(expected, within(1e-4f + 1e-4f * Math.abs(expected)));
    }
  }

  @ParameterizedTest
  @MethodSource(EVERY_FAMILY)
  void whatIsSavedIsLoadedWithTheSameBits(ModelConfig config) throws IOException {
    Path saved = folder.resolve("saved");
    Map<String, float[]> weights;
    try (LoadedModel model = model(config)) {
      weights = tensors(model.model().weights());
      model.save(saved, extras -> {});
    }
    try (LoadedModel again = LoadedModel.open(saved, false, Compute.onCpu(Precision.FP32))) {
      assertThat(again.model().config()).isEqualTo(config);
      assertEqual(tensors(again.model().weights()), weights);
      again.save(folder.resolve("again"), extras -> {});
    }
    for (String file : List.of("model.safetensors", "config.json", "generation_config.json")) {
      assertThat(folder.resolve("again").resolve(file)).hasSameBinaryContentAs(saved.resolve(file));
    }
  }

  static Stream<Arguments> halfPrecision() {
    return SmallConfigs.all()
        .flatMap(c -> Stream.of(DType.BF16, DType.F16).map(dtype -> Arguments.of(c, dtype)));
  }

  @ParameterizedTest
  @MethodSource("halfPrecision")
  void halfPrecisionInShardsIsWidenedExactlyAndKeptWhenSaved(ModelConfig config, DType dtype)
      throws IOException {
    TinyTokenizer.write(folder);
    config.write(folder, dtype);
    Map<String, float[]> expected = writeShards(config, dtype, 3);
    try (LoadedModel model = LoadedModel.open(folder, true, Compute.onCpu(Precision.FP32))) {
      assertEqual(tensors(model.model().weights()), expected);
      model.save(folder.resolve("saved"), extras -> {});
    }
    assertThat(Files.readString(folder.resolve("saved/config.json"))).contains("\"float32\"");
    try (CheckpointFolder saved = CheckpointFolder.open(folder.resolve("saved"));
        Weights weights = LoadedModel.read(saved, false, Compute.onCpu(Precision.FP32))) {
      assertThat(saved.config()).isEqualTo(config);
      assertEqual(tensors(weights), expected);
    }
  }

  static Stream<Arguments> shards() {
    return SmallConfigs.all().flatMap(c -> Stream.of(1, 3).map(count -> Arguments.of(c, count)));
  }

  /** In three shards, or with biases between them, gate and up are put together in memory. */
  @ParameterizedTest
  @MethodSource("shards")
  void frozenBf16MatricesAreUsedWhereTheyLieInTheFile(ModelConfig config, int shards)
      throws IOException {
    TinyTokenizer.write(folder);
    config.write(folder, DType.BF16);
    Map<String, float[]> expected = writeShards(config, DType.BF16, shards);
    Compute compute = new Compute(Device.CPU, Precision.BF16);
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder);
        Weights weights = LoadedModel.read(checkpoint, false, compute)) {
      assertEqual(tensors(weights), expected);
      assertThat(weights.useFile()).isTrue();
      Weights.Layer layer = weights.layers().getLast();
      String mlp = "model.layers." + (config.numHiddenLayers() - 1) + ".mlp.";
      assertThat(address(layer.down().weight()))
          .isEqualTo(address(checkpoint, mlp + "down_proj.weight"));
      assertThat(address(layer.gateUp().weight()) == address(checkpoint, mlp + "gate_proj.weight"))
          .isEqualTo(shards == 1 && !config.family().layer().mlpBias());
    }
  }

  /** Two bytes are not read across two addresses everywhere. */
  @Test
  void matricesAtOddAddressesAreCopied() throws IOException {
    ModelConfig config = SmallConfigs.all().findFirst().orElseThrow();
    TinyTokenizer.write(folder);
    config.write(folder, DType.BF16);
    Map<String, float[]> expected = writeShards(config, DType.BF16, 1);
    lengthenHeader(folder.resolve("0.safetensors"));
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder);
        Weights weights =
            LoadedModel.read(checkpoint, false, new Compute(Device.CPU, Precision.BF16))) {
      assertThat(weights.useFile()).isFalse();
      assertEqual(tensors(weights), expected);
    }
  }

  /** Puts a space behind the header. */
  private static void lengthenHeader(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) bytes.getLong();
    ByteBuffer longer = ByteBuffer.allocate(bytes.capacity() + 1).order(ByteOrder.LITTLE_ENDIAN);
    longer.putLong(header + 1L).put(bytes.slice(8, header)).put((byte) ' ');
    longer.put(bytes.slice(8 + header, bytes.capacity() - 8 - header));
    Files.write(file, longer.array());
  }

  /** A run deletes the checkpoint that it goes on from when there is a newer one. */
  @Test
  void aModelIsSavedWholeAlthoughTheFolderItCameFromIsGone() throws IOException {
    ModelConfig config = SmallConfigs.all().findFirst().orElseThrow();
    Path first = folder.resolve("first");
    TinyTokenizer.write(Files.createDirectory(first));
    config.write(first, DType.F32);
    try (Weights weights = PerturbedWeights.of(config, 1);
        TensorScope scope = TensorScope.open()) {
      SafetensorsWriter.write(
          first.resolve("model.safetensors"),
          weights.export().stream().map(FamilyTest::toWrite).toList(),
          Map.of());
    }
    List<String> files = names(first);
    try (LoadedModel model = LoadedModel.open(first, true, Compute.onCpu(Precision.FP32))) {
      model.save(folder.resolve("second"), extras -> {});
      deleteAll(first);
      model.save(folder.resolve("third"), extras -> {});
    }
    assertThat(names(folder.resolve("third")))
        .containsAll(files)
        .isEqualTo(names(folder.resolve("second")));
    LoadedModel.open(folder.resolve("third"), true, Compute.onCpu(Precision.FP32)).close();
  }

  private static TensorToWrite toWrite(Weights.Exported tensor) {
    return TensorToWrite.of(
        tensor.name(),
        Arrays.stream(tensor.shape()).boxed().toList(),
        Tensors.toFloats(tensor.values()));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    for (String name : names(folder)) {
      Files.delete(folder.resolve(name));
    }
    Files.delete(folder);
  }

  /** Where the system tells what a process has mapped. */
  @Test
  void aFileIsOpenWhileItsWeightsAreUsedAndNoLonger() throws IOException {
    ModelConfig config = SmallConfigs.all().findFirst().orElseThrow();
    TinyTokenizer.write(folder);
    config.write(folder, DType.BF16);
    writeShards(config, DType.BF16, 1);
    try (LoadedModel frozen =
        LoadedModel.open(folder, false, new Compute(Device.CPU, Precision.BF16))) {
      assertThat(isMapped()).isEqualTo(Files.exists(MAPS));
      assertThat(frozen.model().weights().useFile()).isTrue();
    }
    assertThat(isMapped()).isFalse();
    try (LoadedModel trained = LoadedModel.open(folder, true, Compute.onCpu(Precision.FP32))) {
      assertThat(isMapped()).isFalse();
      assertThat(trained.model().weights().useFile()).isFalse();
    }
  }

  private boolean isMapped() throws IOException {
    return Files.exists(MAPS) && Files.readString(MAPS).contains(folder.toRealPath().toString());
  }

  private static long address(Tensor tensor) {
    return Tensors.memory(tensor).address();
  }

  private static long address(CheckpointFolder checkpoint, String name) {
    return checkpoint.weights().tensor(name).orElseThrow().data().address();
  }

  /** Writes random values in shards; gives them widened. */
  private Map<String, float[]> writeShards(ModelConfig config, DType dtype, int count)
      throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, float[]> widened = new LinkedHashMap<>();
    List<List<TensorToWrite>> shards =
        Stream.<List<TensorToWrite>>generate(ArrayList::new).limit(count).toList();
    List<String> index = new ArrayList<>();
    config
        .tensorShapes()
        .forEach(
            (name, shape) -> {
              int length = (int) (long) shape.stream().reduce(1L, (a, b) -> a * b);
              short[] bits = new short[length];
              float[] values = new float[length];
              for (int i = 0; i < length; i++) {
                float value = (float) random.nextGaussian();
                bits[i] =
                    dtype == DType.F16
                        ? Float.floatToFloat16(value)
                        : (short) (Float.floatToRawIntBits(value) >>> 16);
                values[i] =
                    dtype == DType.F16
                        ? Float.float16ToFloat(bits[i])
                        : Float.intBitsToFloat(bits[i] << 16);
              }
              int shard = widened.size() % count;
              shards
                  .get(shard)
                  .add(TensorToWrite.of(name, dtype, shape, MemorySegment.ofArray(bits)));
              index.add("\"%s\": \"%d.safetensors\"".formatted(name, shard));
              widened.put(name, values);
            });
    for (int shard = 0; shard < count; shard++) {
      SafetensorsWriter.write(
          folder.resolve(shard + ".safetensors"), shards.get(shard), Map.of("format", "pt"));
    }
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {" + String.join(", ", index) + "}}");
    return widened;
  }

  private static Map<String, float[]> tensors(Weights weights) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      weights.export().forEach(t -> tensors.put(t.name(), Tensors.toFloats(t.values())));
    }
    return tensors;
  }

  private static void assertEqual(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertThat(found.get(name)).as(name).isEqualTo(values));
  }

  private static double accumulate(Transformer model, PackedBatch batch) {
    return LmHead.accumulate(
        model, batch, 1, PASSES, (logProbs, entropy, from) -> logProbs.sum().neg());
  }

  private static double loss(Transformer model, PackedBatch batch) {
    double sum = 0;
    for (float logProb : LmHead.logProbs(model, batch, 1, PASSES)) {
      sum -= logProb;
    }
    return sum;
  }

  private static float largest(Tensor tensor) {
    float[] values = Tensors.toFloats(tensor);
    return (float)
        IntStream.range(0, values.length).mapToDouble(i -> Math.abs(values[i])).max().orElse(0);
  }

  private static int[] ids(int seed, int length) {
    return new SplittableRandom(seed).ints(length, 0, SmallConfigs.VOCABULARY).toArray();
  }
}
