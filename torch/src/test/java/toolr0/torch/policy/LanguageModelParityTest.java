package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.decode.Decoder;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Agreement with independent float64 reference numbers for small random Qwen2 checkpoints. */
class LanguageModelParityTest {
  private static final double LOGIT = 2e-4;
  private static final double LOSS = 2e-5;

  @TestFactory
  Stream<DynamicTest> qwen2FixturesAreReproduced() throws IOException {
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
    List<DynamicTest> tests = new ArrayList<>();
    for (Path fixture : fixtures) {
      String modelType = json(fixture.resolve("config.json")).get("model_type").asString();
      if (modelType.equals("qwen2")) {
        String name = fixture.getFileName().toString();
        tests.add(DynamicTest.dynamicTest(name + " logits", () -> with(fixture, this::logits)));
        tests.add(DynamicTest.dynamicTest(name + " greedy", () -> with(fixture, this::greedy)));
        tests.add(DynamicTest.dynamicTest(name + " batch", () -> with(fixture, this::batch)));
        tests.add(DynamicTest.dynamicTest(name + " stops", () -> with(fixture, this::stops)));
        tests.add(
            DynamicTest.dynamicTest(name + " gradients", () -> with(fixture, this::gradients)));
      }
    }
    assertThat(tests).isNotEmpty();
    return tests.stream();
  }

  private interface Check {
    void run(Transformer model, JsonNode expected);
  }

  private static void with(Path fixture, Check check) throws IOException {
    try (TensorScope scope = TensorScope.open();
        CheckpointFolder checkpoint = CheckpointFolder.openWeights(fixture);
        Weights weights = LoadedModel.read(checkpoint, true);
        Transformer model = new Transformer(weights, Precision.FP32)) {
      check.run(model, json(fixture.resolve("expected.json")));
    }
  }

  private void logits(Transformer model, JsonNode expected) {
    assertThat(model.weights().numParameters()).isEqualTo(expected.get("num_parameters").asLong());
    for (JsonNode example : expected.get("cases")) {
      int[] ids = ints(example.get("input_ids"));
      PackedBatch batch = PackedBatch.of(List.of(new PackedBatch.Entry(ids, List.of())));
      float[] logits;
      try (NoGradGuard noGrad = new NoGradGuard()) {
        logits = Tensors.toFloats(model.logits(model.forward(batch)));
      }
      double[] reference = flatten(example.get("logits"));
      assertThat(logits).hasSameSizeAs(reference);
      for (int i = 0; i < reference.length; i++) {
        assertThat((double) logits[i]).isCloseTo(reference[i], within(LOGIT));
      }
      if (ids.length > 1) {
        float[] logProbs = LmHead.logProbs(model, continuation(ids), 1);
        double[] referenceLogProbs = flatten(example.get("token_logprobs"));
        for (int i = 0; i < referenceLogProbs.length; i++) {
          assertThat((double) logProbs[i]).isCloseTo(referenceLogProbs[i], within(LOGIT));
        }
      }
    }
  }

  private void greedy(Transformer model, JsonNode expected) {
    for (JsonNode example : expected.get("greedy")) {
      int[] reference = ints(example.get("new_ids"));
      List<int[]> ids = decode(model, List.of(ints(example.get("prompt"))), reference.length, 1);
      assertThat(ids.getFirst()).isEqualTo(reference);
    }
  }

  private void batch(Transformer model, JsonNode expected) {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> references = new ArrayList<>();
    for (JsonNode row : expected.get("left_padded_batch").get("rows")) {
      prompts.add(ints(row.get("input_ids")));
      references.add(ints(row.get("greedy")));
    }
    for (int width : new int[] {1, 3}) {
      List<int[]> ids = decode(model, prompts, references.getFirst().length, width);
      for (int i = 0; i < references.size(); i++) {
        assertThat(ids.get(i)).isEqualTo(references.get(i));
      }
    }
  }

  private void stops(Transformer model, JsonNode expected) {
    JsonNode stop = expected.get("greedy_with_stop");
    int[] ends = ints(stop.get("eos_token_id"));
    int i = 0;
    for (JsonNode row : expected.get("left_padded_batch").get("rows")) {
      int[] all =
          decode(model, List.of(ints(row.get("input_ids"))), stop.get("max_new_tokens").asInt(), 1)
              .getFirst();
      List<Integer> kept = new ArrayList<>();
      for (int id : all) {
        kept.add(id);
        if (java.util.Arrays.stream(ends).anyMatch(e -> e == id)) {
          break;
        }
      }
      assertThat(kept.stream().mapToInt(Integer::intValue).toArray())
          .isEqualTo(ints(stop.get("new_ids").get(i++)));
    }
  }

  private void gradients(Transformer model, JsonNode expected) {
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
            (logProbs, entropy, from) ->
                logProbs
                    .mul(Tensors.floats(weightsM).narrow(0, from, logProbs.size(0)))
                    .sum()
                    .neg());
    assertThat(value).isCloseTo(loss.get("mean_loss").asDouble(), within(LOSS));
    Map<String, Tensor> gradients = new HashMap<>();
    model.weights().exportGradients().forEach(g -> gradients.put(g.name(), g.values()));
    JsonNode parameters = expected.get("gradients").get("parameters");
    for (String name : parameters.propertyNames()) {
      Tensor gradient = java.util.Objects.requireNonNull(gradients.get(name), name);
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
  private static List<int[]> decode(Transformer model, List<int[]> prompts, int length, int width) {
    int rows = prompts.size() * width;
    int[] indices = IntStream.range(0, rows).toArray();
    int[][] ids = new int[rows][length];
    try (Decoder decoder = new Decoder(model, 2);
        Decoder.Rows cache =
            decoder.start(prompts, Arrays.stream(indices).map(row -> row / width).toArray())) {
      int stride = decoder.logitsStride();
      int[] tokens = new int[rows];
      float[] logits = cache.promptLogits();
      for (int t = 0; t < length; t++) {
        for (int row = 0; row < rows; row++) {
          int from = (t == 0 ? row / width : row) * stride;
          tokens[row] = argmax(logits, from, model.config().vocabSize());
          ids[row][t] = tokens[row];
        }
        logits = cache.append(indices, tokens);
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
    return java.util.Arrays.copyOfRange(ids, 1, ids.length);
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
