package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.chat.Tokenizer;
import toolr0.policy.Device;
import toolr0.policy.PassSpec;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.decode.Decoder;
import toolr0.torch.decode.DecoderKind;
import toolr0.torch.decode.Scores;
import toolr0.torch.model.Compute;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.PresentDevices;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Agreement with independent float64 reference numbers for small random checkpoints of every
 * family, where whole texts are read and where they are continued token by token.
 */
class LanguageModelParityTest {
  private static final PassSpec PASSES = PassSpec.ofTokens(4096);
  private static final double LOGIT = 2e-4;
  private static final double LOSS = 2e-5;

  @TestFactory
  Stream<DynamicTest> everyFixtureIsReproduced() throws IOException {
    Path folder = Path.of(System.getProperty("toolr0.oracles", "../shared/oracles"), "lm");
    if (!Files.isDirectory(folder)) {
      return Stream.of(
          DynamicTest.dynamicTest(
              "fixtures are absent: " + folder, () -> assertThat(folder).doesNotExist()));
    }
    List<Path> fixtures;
    try (Stream<Path> all = Files.list(folder)) {
      fixtures = all.filter(p -> Files.exists(p.resolve("expected.json"))).sorted().toList();
    }
    assertThat(fixtures).isNotEmpty();
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("frequencies", this::frequencies);
    checks.put("logits", this::logits);
    checks.put("decoded logits", this::decodedLogits);
    checks.put("greedy", this::greedy);
    checks.put("batch", this::batch);
    checks.put("stops", this::stops);
    checks.put("repetition penalty", this::repetitionPenalty);
    checks.put("gradients", this::gradients);
    return fixtures.stream()
        .flatMap(
            fixture ->
                Place.all()
                    .flatMap(
                        place ->
                            checks.entrySet().stream().map(check -> test(fixture, place, check))));
  }

  private static DynamicTest test(Path fixture, Place place, Map.Entry<String, Check> check) {
    return DynamicTest.dynamicTest(
        "%s %s on %s".formatted(fixture.getFileName(), check.getKey(), place),
        () -> with(fixture, place, check.getValue()));
  }

  /** A device and a way to decode there. */
  private record Place(Device device, DecoderKind kind) {

    static Stream<Place> all() {
      return Stream.concat(
          Stream.of(DecoderKind.values()).map(kind -> new Place(Device.CPU, kind)),
          PresentDevices.besideTheCpu().map(device -> new Place(device, DecoderKind.CHOSEN)));
    }

    Decoder decoder(Transformer model, int threads) {
      return kind.of(model, threads);
    }

    @Override
    public String toString() {
      return device + (kind == DecoderKind.CHOSEN ? "" : " through libtorch");
    }
  }

  private interface Check {
    void run(Place place, Transformer model, JsonNode expected);
  }

  private static void with(Path fixture, Place place, Check check) throws IOException {
    Compute compute = new Compute(place.device(), Precision.FP32);
    try (TensorScope scope = TensorScope.open();
        CheckpointFolder checkpoint = CheckpointFolder.openWeights(fixture);
        Weights weights = LoadedModel.read(checkpoint, true, compute)) {
      check.run(
          place, new Transformer(weights, Precision.FP32), json(fixture.resolve("expected.json")));
    }
  }

  private void frequencies(Place place, Transformer model, JsonNode expected) {
    ModelConfig config = model.config();
    float[] frequencies = config.rope().frequencies(config.headDim());
    double[] reference = flatten(expected.get("rope_inv_freq"));
    assertThat(frequencies).hasSameSizeAs(reference);
    for (int i = 0; i < reference.length; i++) {
      assertThat((double) frequencies[i])
          .isCloseTo(reference[i], within(1e-9 + 1e-7 * reference[i]));
    }
  }

  private void logits(Place place, Transformer model, JsonNode expected) {
    assertThat(model.weights().numParameters()).isEqualTo(expected.get("num_parameters").asLong());
    for (JsonNode example : expected.get("cases")) {
      int[] ids = ints(example.get("input_ids"));
      PackedBatch batch = PackedBatch.of(List.of(new PackedBatch.Entry(ids, List.of())));
      float[] logits;
      try (NoGradGuard noGrad = new NoGradGuard()) {
        logits = Tensors.toFloats(model.logits(model.forward(batch)));
      }
      assertClose(logits, flatten(example.get("logits")));
      assertThat(argmaxOfRows(logits, model.config().vocabSize()))
          .isEqualTo(ints(example.get("argmax")));
      if (ids.length > 1) {
        float[] logProbs = LmHead.logProbs(model, continuation(ids), 1, PASSES);
        double[] referenceLogProbs = flatten(example.get("token_logprobs"));
        for (int i = 0; i < referenceLogProbs.length; i++) {
          assertThat((double) logProbs[i]).isCloseTo(referenceLogProbs[i], within(LOGIT));
        }
      }
    }
  }

  /** Every position but the first is read by a decoding step. */
  private void decodedLogits(Place place, Transformer model, JsonNode expected) {
    for (JsonNode example : expected.get("cases")) {
      int[] ids = ints(example.get("input_ids"));
      try (Decoder decoder = place.decoder(model, 1);
          Decoder.Rows row = decoder.start(model, List.of(new int[] {ids[0]}), new int[1])) {
        Scores scores = row.promptLogits();
        for (int t = 0; t < ids.length; t++) {
          scores = t == 0 ? scores : row.append(new int[1], new int[] {ids[t]});
          assertClose(
              Arrays.copyOf(scores.values(), model.config().vocabSize()),
              flatten(example.get("logits").get(t)));
        }
      }
    }
  }

  private void greedy(Place place, Transformer model, JsonNode expected) {
    for (JsonNode example : expected.get("greedy")) {
      int[] reference = ints(example.get("new_ids"));
      int[] prompt = ints(example.get("prompt"));
      assertThat(decode(place, model, List.of(prompt), reference.length, 1).getFirst())
          .isEqualTo(reference);
      assertThat(sample(place, model, List.of(prompt), List.of(), reference.length, 1).getFirst())
          .isEqualTo(reference);
    }
  }

  private void batch(Place place, Transformer model, JsonNode expected) {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> references = new ArrayList<>();
    List<PackedBatch.Entry> entries = new ArrayList<>();
    for (JsonNode row : expected.get("left_padded_batch").get("rows")) {
      prompts.add(ints(row.get("input_ids")));
      references.add(ints(row.get("greedy")));
      entries.add(new PackedBatch.Entry(prompts.getLast(), List.of()));
    }
    int last = -1;
    for (int i = 0; i < prompts.size(); i++) {
      last += prompts.get(i).length;
      float[] logits;
      try (NoGradGuard noGrad = new NoGradGuard()) {
        Tensor hidden = model.forward(PackedBatch.of(entries));
        logits = Tensors.toFloats(model.logits(hidden.narrow(0, last, 1)));
      }
      JsonNode row = expected.get("left_padded_batch").get("rows").get(i);
      assertClose(logits, flatten(row.get("last_logits")));
    }
    int length = references.getFirst().length;
    List<List<int[]>> ways =
        List.of(
            decode(place, model, prompts, length, 1),
            decode(place, model, prompts, length, 3),
            sample(place, model, prompts, List.of(), length, 1));
    for (List<int[]> ids : ways) {
      for (int i = 0; i < references.size(); i++) {
        assertThat(ids.get(i)).isEqualTo(references.get(i));
      }
    }
  }

  private void stops(Place place, Transformer model, JsonNode expected) {
    JsonNode stop = expected.get("greedy_with_stop");
    List<Integer> ends = Arrays.stream(ints(stop.get("eos_token_id"))).boxed().toList();
    List<int[]> prompts = new ArrayList<>();
    for (JsonNode row : expected.get("left_padded_batch").get("rows")) {
      prompts.add(ints(row.get("input_ids")));
    }
    List<int[]> ids = sample(place, model, prompts, ends, stop.get("max_new_tokens").asInt(), 1);
    for (int i = 0; i < prompts.size(); i++) {
      assertThat(ids.get(i)).isEqualTo(ints(stop.get("new_ids").get(i)));
    }
  }

  private void repetitionPenalty(Place place, Transformer model, JsonNode expected) {
    JsonNode example = expected.path("greedy_repetition_penalty");
    double penalty = example.path("repetition_penalty").asDouble(1);
    assertThat(model.config().repetitionPenalty()).isEqualTo(penalty);
    if (example.isObject()) {
      int[] reference = ints(example.get("new_ids"));
      List<int[]> prompt = List.of(ints(example.get("prompt")));
      assertThat(sample(place, model, prompt, List.of(), reference.length, penalty).getFirst())
          .isEqualTo(reference);
    }
  }

  private void gradients(Place place, Transformer model, JsonNode expected) {
    List<PackedBatch.Entry> entries = new ArrayList<>();
    List<Boolean> counted = new ArrayList<>();
    JsonNode loss = expected.get("loss");
    for (int s = 0; s < loss.get("sequences").size(); s++) {
      int[] ids = ints(loss.get("sequences").get(s));
      int[] labels = ints(loss.get("labels").get(s));
      entries.add(new PackedBatch.Entry(new int[] {ids[0]}, List.of(tail(ids))));
      for (int t = 1; t < ids.length; t++) {
        counted.add(labels[t] != -100);
      }
    }
    long targets = counted.stream().filter(c -> c).count();
    float[] weightsM = new float[counted.size()];
    for (int i = 0; i < weightsM.length; i++) {
      weightsM[i] = counted.get(i) ? 1f / targets : 0;
    }
    double value =
        LmHead.accumulate(
            model,
            PackedBatch.of(entries),
            1,
            PASSES,
            (logProbs, entropy, from) ->
                logProbs
                    .mul(Tensors.floats(place.device(), weightsM).narrow(0, from, logProbs.size(0)))
                    .sum()
                    .neg());
    assertThat(value).isCloseTo(loss.get("mean_loss").asDouble(), within(LOSS));
    Map<String, Tensor> gradients = new HashMap<>();
    model.weights().exportGradients().forEach(g -> gradients.put(g.name(), g.values()));
    JsonNode parameters = expected.get("gradients").get("parameters");
    for (String name : parameters.propertyNames()) {
      Tensor gradient = Objects.requireNonNull(gradients.get(name), name);
      float[] found = Tensors.toFloats(gradient);
      for (JsonNode point : parameters.get(name)) {
        double reference = point.get("value").asDouble();
        assertThat((double) found[flatIndex(point.get("index"), gradient)])
            .as("%s %s", name, point.get("index"))
            .isCloseTo(reference, within(1e-5 + 1e-3 * Math.abs(reference)));
      }
    }
  }

  private static int flatIndex(JsonNode index, Tensor tensor) {
    if (!index.isArray()) {
      return index.asInt();
    }
    long flat = 0;
    for (int axis = 0; axis < index.size(); axis++) {
      flat = flat * tensor.size(axis) + index.get(axis).asLong();
    }
    return (int) flat;
  }

  /** Greedy continuations, every prompt continued by {@code width} rows, which must agree. */
  private static List<int[]> decode(
      Place place, Transformer model, List<int[]> prompts, int length, int width) {
    int rows = prompts.size() * width;
    int[] indices = IntStream.range(0, rows).toArray();
    int[][] ids = new int[rows][length];
    try (Decoder decoder = place.decoder(model, 2);
        Decoder.Rows cache =
            decoder.start(
                model, prompts, Arrays.stream(indices).map(row -> row / width).toArray())) {
      int stride = decoder.logitsStride();
      int[] tokens = new int[rows];
      float[] logits = cache.promptLogits().values();
      for (int t = 0; t < length; t++) {
        for (int row = 0; row < rows; row++) {
          int from = (t == 0 ? row / width : row) * stride;
          tokens[row] = argmax(logits, from, model.config().vocabSize());
          ids[row][t] = tokens[row];
        }
        logits = cache.append(indices, tokens).values();
      }
    }
    List<int[]> result = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      assertThat(ids[row]).isEqualTo(ids[row / width * width]);
      if (row % width == 0) {
        result.add(ids[row]);
      }
    }
    return result;
  }

  /**
   * Greedy completions by the sampler, all prompts together, ending at other ids than the file's.
   */
  private static List<int[]> sample(
      Place place,
      Transformer model,
      List<int[]> prompts,
      List<Integer> ends,
      int length,
      double penalty) {
    List<SampleRequest> requests = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Prompt prompt = new Prompt("p" + i, List.of(Message.user("ids")), prompts.get(i));
      requests.add(new SampleRequest(prompt, 1, new Seed(i)));
    }
    Map<String, Tensor> tensors = new HashMap<>();
    model.weights().export().forEach(t -> tensors.put(t.name(), t.values()));
    SamplingParams greedy = SamplingParams.greedy(length).withRepetitionPenalty(penalty);
    try (Weights copy =
            Weights.load(
                ending(model.config(), ends),
                place.device(),
                false,
                (name, shape) -> Objects.requireNonNull(tensors.get(name), name));
        Decoder decoder = place.decoder(new Transformer(copy, Precision.FP32), 2)) {
      TorchSampler sampler =
          new TorchSampler(
              new Transformer(copy, Precision.FP32),
              decoder,
              new NoText(),
              "fixture",
              () -> 0,
              () -> Long.MAX_VALUE);
      return sampler.sample(requests, greedy).stream()
          .map(group -> group.completionsG().getFirst().tokenIdsT())
          .toList();
    }
  }

  private static ModelConfig ending(ModelConfig c, List<Integer> ends) {
    return new ModelConfig(
        c.family(),
        c.vocabSize(),
        c.hiddenSize(),
        c.intermediateSize(),
        c.numHiddenLayers(),
        c.numAttentionHeads(),
        c.numKeyValueHeads(),
        c.headDim(),
        c.rmsNormEps(),
        c.rope(),
        c.maxPositionEmbeddings(),
        c.tieWordEmbeddings(),
        c.initializerRange(),
        c.bosTokenId(),
        ends,
        c.padTokenId(),
        c.repetitionPenalty());
  }

  /** The fixtures have ids alone. */
  private record NoText() implements Tokenizer {
    @Override
    public int[] encode(String text) {
      throw new UnsupportedOperationException(text);
    }

    @Override
    public String decode(int[] ids) {
      return "";
    }

    @Override
    public OptionalInt specialId(String token) {
      return OptionalInt.empty();
    }

    @Override
    public int vocabularySize() {
      return 0;
    }
  }

  private static void assertClose(float[] found, double[] reference) {
    assertThat(found).hasSameSizeAs(reference);
    for (int i = 0; i < reference.length; i++) {
      assertThat((double) found[i]).isCloseTo(reference[i], within(LOGIT));
    }
  }

  private static int[] argmaxOfRows(float[] logits, int vocabulary) {
    return IntStream.range(0, logits.length / vocabulary)
        .map(row -> argmax(logits, row * vocabulary, vocabulary))
        .toArray();
  }

  private static int argmax(float[] values, int from, int length) {
    int best = 0;
    for (int i = 1; i < length; i++) {
      best = values[from + i] > values[from + best] ? i : best;
    }
    return best;
  }

  private static PackedBatch continuation(int[] ids) {
    return PackedBatch.of(List.of(new PackedBatch.Entry(new int[] {ids[0]}, List.of(tail(ids)))));
  }

  private static int[] tail(int[] ids) {
    return Arrays.copyOfRange(ids, 1, ids.length);
  }

  private static JsonNode json(Path file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(file));
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }

  private static double[] flatten(JsonNode array) {
    List<Double> values = new ArrayList<>();
    collect(array, values);
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(JsonNode node, List<Double> values) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, values));
    } else {
      values.add(node.asDouble());
    }
  }
}
