package toolr0.torch.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckpointFolderTest {

  @TempDir Path parent;

  private Path folder() {
    return parent.resolve("model");
  }

  @TestFactory
  Stream<DynamicTest> opensTheGoldenCheckpoints() throws IOException {
    Path oracles = Path.of(System.getProperty("toolr0.oracles", "")).resolve("lm");
    if (!Files.isDirectory(oracles)) {
      return Stream.of(
          dynamicTest(
              "no golden checkpoints at " + oracles,
              () -> System.out.println("missing: " + oracles)));
    }
    List<Path> all;
    try (Stream<Path> list = Files.list(oracles)) {
      all = list.filter(Files::isDirectory).sorted().toList();
    }
    return all.stream()
        .map(path -> dynamicTest(path.getFileName().toString(), () -> checkGolden(path)));
  }

  private static void checkGolden(Path golden) throws IOException {
    JsonNode expected =
        JsonMapper.shared().readTree(Files.readString(golden.resolve("expected.json")));
    try (CheckpointFolder checkpoint = CheckpointFolder.openWeights(golden)) {
      assertThat(checkpoint.config().parameterCount())
          .isEqualTo(expected.path("num_parameters").longValue());
      long elements =
          checkpoint.weights().tensors().values().stream().mapToLong(TensorInfo::elements).sum();
      assertThat(elements).isEqualTo(expected.path("num_parameters").longValue());
    }
  }

  @Test
  void aWrittenCheckpointIsOpenedAndHoldsTheSourcesTokenizer() throws IOException {
    ModelConfig config = Checkpoints.config(false);
    Path source = Files.createDirectory(parent.resolve("source"));
    Files.writeString(source.resolve("tokenizer.json"), "{\"a\":1}");
    Files.writeString(source.resolve("tokenizer_config.json"), "{\"b\":2}");
    Files.writeString(source.resolve("generation_config.json"), "{\"eos_token_id\": 4}");
    CheckpointFolder.write(
        folder(),
        config,
        Checkpoints.weights(config, 9),
        SideFiles.read(source),
        extras -> Files.writeString(extras.resolve("optimizer.json"), "{}"));
    assertThat(folder().resolve("model.safetensors")).exists();
    assertThat(folder().resolve("tokenizer.json")).hasContent("{\"a\":1}");
    assertThat(folder().resolve("tokenizer_config.json")).hasContent("{\"b\":2}");
    assertThat(folder().resolve("optimizer.json")).exists();
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder())) {
      assertThat(checkpoint.config().eosTokenIds()).containsExactly(4);
      assertThat(checkpoint.config().tensorShapes()).isEqualTo(config.tensorShapes());
      for (TensorToWrite tensor : Checkpoints.weights(config, 9)) {
        MemorySegment read = checkpoint.weights().tensor(tensor.name()).orElseThrow().data();
        assertThat(read.mismatch(tensor.data().get())).isEqualTo(-1);
      }
    }
  }

  @Test
  void aCheckpointMayReplaceItsOwnSource() throws IOException {
    ModelConfig config = Checkpoints.config(true);
    Checkpoints.write(folder(), config);
    CheckpointFolder.write(
        folder(), config, Checkpoints.weights(config, 2), SideFiles.read(folder()), extras -> {});
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder())) {
      assertThat(checkpoint.config()).isEqualTo(config);
      assertThat(checkpoint.tokenizerFile()).hasContent("{}");
    }
  }

  @ParameterizedTest
  @MethodSource("toolr0.torch.checkpoint.SmallConfigs#all")
  void weightsOfAnyFamilyAreWrittenAndRead(ModelConfig config) throws IOException {
    Path source = Files.createDirectory(parent.resolve("source"));
    Files.writeString(source.resolve("tokenizer.json"), "{}");
    List<TensorToWrite> weights = Checkpoints.weights(config, 5);
    CheckpointFolder.write(folder(), config, weights, SideFiles.read(source), extras -> {});
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder())) {
      assertThat(checkpoint.config()).isEqualTo(config);
      assertThat(checkpoint.weights().tensors().keySet()).isEqualTo(config.tensorShapes().keySet());
      for (TensorToWrite tensor : weights) {
        MemorySegment read = checkpoint.weights().tensor(tensor.name()).orElseThrow().data();
        assertThat(read.mismatch(tensor.data().get())).isEqualTo(-1);
      }
    }
  }

  @Test
  void aCheckpointsOwnConfigurationIsKeptButForTheTypeOfTheWeights() throws IOException {
    ModelConfig config = Checkpoints.config(true);
    Path source = Checkpoints.write(parent.resolve("source"), config);
    Path file = source.resolve("config.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("{\n", "{\n  \"transformers_version\" : \"5.0.0\",\n")
            .replace("\"torch_dtype\" : \"float32\"", "\"dtype\" : \"bfloat16\""));
    String original = Files.readString(file);
    CheckpointFolder.write(
        folder(), config, Checkpoints.weights(config, 2), SideFiles.read(source), extras -> {});
    assertThat(folder().resolve("config.json")).hasContent(original.replace("bfloat16", "float32"));

    ModelConfig other = Checkpoints.config(false);
    CheckpointFolder.write(
        folder(), other, Checkpoints.weights(other, 2), SideFiles.read(source), extras -> {});
    assertThat(ModelConfig.read(folder())).isEqualTo(other);
    assertThat(Files.readString(folder().resolve("config.json")))
        .doesNotContain("transformers_version");
  }

  @Test
  void theConfigurationOfAnotherFamilyDoesNotFit() throws IOException {
    List<ModelConfig> configs = SmallConfigs.all().filter(ModelConfig::tieWordEmbeddings).toList();
    ModelConfig qwen3 = configs.get(1);
    Checkpoints.write(folder(), qwen3);
    Path config = folder().resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("Qwen3", "Qwen2").replace("qwen3", "qwen2"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("the weights do not fit config.json")
        .hasMessageContaining("tensor model.layers.0.self_attn.q_proj.bias [40] is missing")
        .hasMessageContaining("copy both from one checkpoint");
    Checkpoints.write(folder(), configs.get(0));
    Files.writeString(
        config, Files.readString(config).replace("Qwen2", "Llama").replace("qwen2", "llama"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining(
            "tensor model.layers.0.self_attn.k_proj.bias in model.safetensors is not part of the"
                + " model");
  }

  @Test
  void anIncompleteSetOfWeightsIsNotWritten() throws IOException {
    ModelConfig config = Checkpoints.config(true);
    Checkpoints.write(folder(), config);
    byte[] before = Files.readAllBytes(folder().resolve("model.safetensors"));
    List<TensorToWrite> weights = new ArrayList<>(Checkpoints.weights(config, 2));
    TensorToWrite last = weights.removeLast();
    assertThatThrownBy(
            () ->
                CheckpointFolder.write(
                    folder(), config, weights, SideFiles.read(folder()), extras -> {}))
        .hasMessageContaining("missing")
        .hasMessageContaining(last.name());
    weights.add(TensorToWrite.of(last.name(), List.of(3L), new float[3]));
    assertThatThrownBy(
            () ->
                CheckpointFolder.write(
                    folder(), config, weights, SideFiles.read(folder()), extras -> {}))
        .hasMessageContaining(last.name() + " has shape [3], expected [8]");
    assertThat(folder().resolve("model.safetensors")).hasBinaryContent(before);
  }

  @Test
  void aShapeThatContradictsTheConfigNamesTensorFileAndBothShapes() throws IOException {
    Checkpoints.write(folder(), Checkpoints.config(true));
    Path config = folder().resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"intermediate_size\" : 12", "\"intermediate_size\" : 16"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder().toString())
        .hasMessageContaining(
            "tensor model.layers.0.mlp.gate_proj.weight in model.safetensors has shape [12, 8],"
                + " expected [16, 8]");
  }

  @Test
  void missingAndForeignTensorsAreNamed() throws IOException {
    Checkpoints.write(folder(), Checkpoints.config(true));
    Path config = folder().resolve("config.json");
    String json = Files.readString(config);
    Files.writeString(
        config, json.replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 3"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining("tensor model.layers.2.input_layernorm.weight [8] is missing")
        .hasMessageContaining("and 4 more");
    Files.writeString(
        config, json.replace("\"num_hidden_layers\" : 2", "\"num_hidden_layers\" : 1"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining(
            "tensor model.layers.1.input_layernorm.weight in model.safetensors is not part of the"
                + " model");
  }

  @Test
  void weightsOfTheWrongTypeAreNamed() throws IOException {
    ModelConfig config = Checkpoints.config(true);
    Checkpoints.write(folder(), config);
    List<TensorToWrite> weights = new ArrayList<>(Checkpoints.weights(config, 1));
    TensorToWrite norm = weights.removeLast();
    weights.add(
        TensorToWrite.of(norm.name(), DType.I64, norm.shape(), MemorySegment.ofArray(new long[8])));
    SafetensorsWriter.write(folder().resolve("model.safetensors"), weights, Map.of());
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining("tensor model.norm.weight in model.safetensors has dtype I64")
        .hasMessageContaining("expected F32, BF16 or F16");
  }

  @Test
  void aRepeatedTiedHeadIsIgnored() throws IOException {
    Checkpoints.write(folder(), Checkpoints.config(true));
    SafetensorsWriter.write(
        folder().resolve("model.safetensors"),
        Checkpoints.weights(Checkpoints.config(false), 1),
        Map.of());
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder())) {
      assertThat(checkpoint.config().tieWordEmbeddings()).isTrue();
    }
  }

  @Test
  void everyFlippedByteOfTheHeaderIsRefused() throws IOException {
    Checkpoints.write(folder(), Checkpoints.config(true));
    Path file = folder().resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(file);
    int metadata = new String(whole, 0, 64, StandardCharsets.ISO_8859_1).indexOf("},");
    int padding = Checkpoints.header(whole).stripTrailing().length() + 8;
    for (int at = 0; at < padding; at += 3) {
      if (at > 8 && at < metadata) {
        continue;
      }
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(file, damaged);
      assertThatThrownBy(() -> CheckpointFolder.open(folder()))
          .as("byte %d", at)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(folder().toString());
    }
  }

  @Test
  void aShardThatIsMissingCutOrDamagedIsNamed() throws IOException {
    ModelConfig config = Checkpoints.config(false);
    Checkpoints.write(folder(), config);
    Files.delete(folder().resolve("model.safetensors"));
    Path second = Checkpoints.shard(folder(), Checkpoints.weights(config, 1));
    CheckpointFolder.open(folder()).close();
    byte[] whole = Files.readAllBytes(second);
    Files.write(second, Arrays.copyOf(whole, whole.length - 3));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining(second.toString())
        .hasMessageContaining("is cut short: copy or download it again");
    Files.delete(second);
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("shard " + second.getFileName() + " is missing")
        .hasMessageContaining("model.safetensors.index.json names it: copy or download it again");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining("no such folder");
    Checkpoints.write(folder(), Checkpoints.config(true));
    Files.delete(folder().resolve("tokenizer.json"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining("tokenizer.json: no such file");
    byte[] weights = Files.readAllBytes(folder().resolve("model.safetensors"));
    Files.write(
        folder().resolve("model.safetensors"), Arrays.copyOf(weights, weights.length - 100));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("cut short");
    Files.delete(folder().resolve("model.safetensors"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining("neither model.safetensors");
    Files.delete(folder().resolve("config.json"));
    assertThatThrownBy(() -> CheckpointFolder.open(folder()))
        .hasMessageContaining("config.json: no such file");
  }

  @Test
  void aReplacementCutOffByAKillIsEnded() throws IOException {
    ModelConfig config = Checkpoints.config(true);
    Checkpoints.write(parent.resolve(".model.new"), config);
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder())) {
      assertThat(checkpoint.config()).isEqualTo(config);
    }
  }
}
