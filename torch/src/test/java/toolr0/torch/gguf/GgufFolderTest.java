package toolr0.torch.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.checkpoint.SideFiles;
import toolr0.torch.checkpoint.SmallConfigs;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.text.TinyTokenizer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What stands in the file; engines of other projects read it in {@code app}. */
class GgufFolderTest {
  @TempDir private Path folder = Path.of("");

  /** The configurations that llama.cpp has a place for. */
  static Stream<ModelConfig> known() {
    return SmallConfigs.all()
        .filter(config -> !config.family().equals(new ModelFamily.Qwen3(true)));
  }

  private Path checkpoint(ModelConfig config, DType dtype) throws IOException {
    Path source = folder.resolve("tokenizer");
    Files.createDirectories(source);
    TinyTokenizer.write(source);
    SplittableRandom random = new SplittableRandom(1);
    List<TensorToWrite> weights =
        config.tensorShapes().entrySet().stream()
            .map(
                tensor -> {
                  long elements = tensor.getValue().stream().reduce(1L, (a, b) -> a * b);
                  byte[] bytes = new byte[Math.toIntExact(elements * dtype.bytes())];
                  for (int i = 0; i < bytes.length; i++) {
                    // The exponent stays small, so that every pattern is a number.
                    bytes[i] =
                        (byte) random.nextInt(i % dtype.bytes() == dtype.bytes() - 1 ? 60 : 256);
                  }
                  return TensorToWrite.of(
                      tensor.getKey(), dtype, tensor.getValue(), MemorySegment.ofArray(bytes));
                })
            .toList();
    Path checkpoint = folder.resolve("checkpoint");
    CheckpointFolder.write(checkpoint, config, weights, SideFiles.read(source), _ -> {});
    return checkpoint;
  }

  private List<String> export(Path checkpoint) {
    try (CheckpointFolder opened = CheckpointFolder.open(checkpoint)) {
      return GgufFolder.write(folder.resolve("out"), opened);
    }
  }

  private GgufFile read() throws IOException {
    return GgufFile.read(folder.resolve("out").resolve(GgufFolder.FILE));
  }

  @ParameterizedTest
  @MethodSource("known")
  void aFileHasEveryTensorInItsPlace(ModelConfig config) throws IOException {
    Path checkpoint = checkpoint(config, DType.F32);
    assertThat(export(checkpoint)).isEmpty();
    GgufFile file = read();
    boolean llama = config.family() instanceof ModelFamily.Llama;
    try (CheckpointFolder opened = CheckpointFolder.openWeights(checkpoint)) {
      opened
          .weights()
          .tensors()
          .forEach(
              (name, tensor) -> {
                GgufFile.Tensor written = file.tensor(inLlamaCpp(name));
                assertThat(written.innermostFirst()).isEqualTo(tensor.shape().reversed());
                float[] expected = tensor.toFloats();
                if (llama && (name.contains("q_proj") || name.contains("k_proj"))) {
                  expected = neighbours(expected, config.headDim(), tensor.shape());
                }
                assertThat(written.type()).isZero();
                assertThat(written.floats()).as(name).isEqualTo(expected);
              });
      boolean scaled = config.rope().scaling() instanceof Rope.Llama3;
      assertThat(file.tensors()).hasSize(opened.weights().tensors().size() + (scaled ? 1 : 0));
    }
  }

  /** Element by element, as the definition of the rotation says. */
  private static float[] neighbours(float[] halves, int headDim, List<Long> shape) {
    int width = shape.size() == 1 ? 1 : Math.toIntExact(shape.getLast());
    float[] neighbours = new float[halves.length];
    for (int head = 0; head < halves.length / width / headDim; head++) {
      for (int i = 0; i < headDim / 2; i++) {
        for (int c = 0; c < width; c++) {
          int begin = head * headDim;
          neighbours[(begin + 2 * i) * width + c] = halves[(begin + i) * width + c];
          neighbours[(begin + 2 * i + 1) * width + c] =
              halves[(begin + headDim / 2 + i) * width + c];
        }
      }
    }
    return neighbours;
  }

  private static String inLlamaCpp(String name) {
    return switch (name) {
      case "model.embed_tokens.weight" -> "token_embd.weight";
      case "model.norm.weight" -> "output_norm.weight";
      case "lm_head.weight" -> "output.weight";
      default ->
          name.replace("model.layers.", "blk.")
              .replace("self_attn.o_proj", "attn_output")
              .replaceAll("self_attn\\.([qk])_norm", "attn_$1_norm")
              .replaceAll("self_attn\\.([qkv])_proj", "attn_$1")
              .replaceAll("mlp\\.(gate|up|down)_proj", "ffn_$1")
              .replace("post_attention_layernorm", "ffn_norm")
              .replace("input_layernorm", "attn_norm");
    };
  }

  @Test
  void frequenciesAreDividedByTheFactorsOfLlama3sScaling() throws IOException {
    ModelConfig config =
        known().filter(c -> c.rope().scaling() instanceof Rope.Llama3).findFirst().orElseThrow();
    export(checkpoint(config, DType.F32));
    float[] factors = read().tensor("rope_freqs.weight").floats();
    float[] plain = Rope.of(config.rope().theta()).frequencies(config.headDim());
    float[] scaled = config.rope().frequencies(config.headDim());
    assertThat(factors).hasSize(config.headDim() / 2).contains(1, 8);
    for (int i = 0; i < factors.length; i++) {
      assertThat(plain[i] / factors[i]).isCloseTo(scaled[i], withPercentage(1e-5));
    }
  }

  @ParameterizedTest
  @CsvSource({"BF16, 30, 32", "F16, 1, 1"})
  void matricesKeepTheirTypeAndVectorsAreWidened(DType dtype, int ggml, int fileType)
      throws IOException {
    ModelConfig config = known().findFirst().orElseThrow();
    Path checkpoint = checkpoint(config, dtype);
    export(checkpoint);
    GgufFile file = read();
    assertThat(file.metadata()).containsEntry("general.file_type", fileType);
    try (CheckpointFolder opened = CheckpointFolder.openWeights(checkpoint)) {
      opened
          .weights()
          .tensors()
          .forEach(
              (name, tensor) -> {
                GgufFile.Tensor written = file.tensor(inLlamaCpp(name));
                if (tensor.shape().size() == 1) {
                  assertThat(written.type()).isZero();
                  assertThat(written.floats()).isEqualTo(tensor.toFloats());
                } else {
                  assertThat(written.type()).isEqualTo(ggml);
                  short[] expected = new short[written.shorts().length];
                  tensor
                      .data()
                      .asByteBuffer()
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .asShortBuffer()
                      .get(expected);
                  assertThat(written.shorts()).isEqualTo(expected);
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("known")
  void theKeysSayWhatTheConfigurationSays(ModelConfig config) throws IOException {
    export(checkpoint(config, DType.F32));
    String family = config.family().modelType();
    assertThat(read().metadata())
        .containsEntry("general.architecture", family)
        .containsEntry("general.file_type", 0)
        .containsEntry(family + ".vocab_size", config.vocabSize())
        .containsEntry(family + ".context_length", config.maxPositionEmbeddings())
        .containsEntry(family + ".embedding_length", config.hiddenSize())
        .containsEntry(family + ".block_count", config.numHiddenLayers())
        .containsEntry(family + ".feed_forward_length", config.intermediateSize())
        .containsEntry(family + ".attention.head_count", config.numAttentionHeads())
        .containsEntry(family + ".attention.head_count_kv", config.numKeyValueHeads())
        .containsEntry(family + ".attention.key_length", config.headDim())
        .containsEntry(family + ".attention.value_length", config.headDim())
        .containsEntry(family + ".rope.dimension_count", config.headDim())
        .containsEntry(family + ".rope.freq_base", (float) config.rope().theta())
        .containsEntry(family + ".attention.layer_norm_rms_epsilon", (float) config.rmsNormEps());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTokenizerIsInTheFile(boolean mergesAsPairs) throws IOException {
    Path checkpoint = checkpoint(known().findFirst().orElseThrow(), DType.F32);
    change(
        checkpoint,
        "tokenizer.json",
        root -> {
          ArrayNode added = (ArrayNode) root.required("added_tokens");
          added.remove(added.size() - 1);
          ((ObjectNode) added.get(1)).put("special", false);
          ((ObjectNode) root.required("model").required("vocab")).put("ab", 259);
          ArrayNode merges = ((ObjectNode) root.required("model")).putArray("merges");
          if (mergesAsPairs) {
            merges.addArray().add("a").add("b");
          } else {
            merges.add("a b");
          }
        });
    Map<String, Object> metadata = exportAndRead(checkpoint);
    assertThat(metadata)
        .containsEntry("tokenizer.ggml.model", "gpt2")
        .containsEntry("tokenizer.ggml.pre", "gpt-2")
        .containsEntry("tokenizer.ggml.merges", List.of("a b"))
        .containsEntry("tokenizer.ggml.bos_token_id", 256)
        .containsEntry("tokenizer.ggml.eos_token_id", SmallConfigs.END)
        .containsEntry("tokenizer.ggml.eot_token_id", 256)
        .containsEntry("tokenizer.ggml.add_bos_token", false)
        .doesNotContainKey("tokenizer.ggml.padding_token_id");
    assertThat(metadata.get("tokenizer.ggml.tokens"))
        .asInstanceOf(LIST)
        .hasSize(SmallConfigs.VOCABULARY)
        .endsWith("<|endoftext|>", "<|im_start|>", "<|im_end|>", "ab");
    assertThat(metadata.get("tokenizer.ggml.token_type"))
        .asInstanceOf(LIST)
        .startsWith(1, 1)
        .endsWith(3, 4, 3, 1);
  }

  @Test
  void aRowWithoutATokenIsMarkedAsUnused() throws IOException {
    Path checkpoint = checkpoint(known().findFirst().orElseThrow(), DType.F32);
    change(
        checkpoint,
        "tokenizer.json",
        root -> ((ArrayNode) root.required("added_tokens")).remove(3));
    Map<String, Object> metadata = exportAndRead(checkpoint);
    assertThat(metadata.get("tokenizer.ggml.tokens"))
        .asInstanceOf(LIST)
        .endsWith("<|im_end|>", "[PAD259]");
    assertThat(metadata.get("tokenizer.ggml.token_type")).asInstanceOf(LIST).endsWith(3, 5);
  }

  @ParameterizedTest
  @CsvSource({"<|endoftext|>, true", "<|im_end|>, false"})
  void aTokenBeforeEveryTextIsTold(String token, boolean told) throws IOException {
    Path checkpoint = checkpoint(known().findFirst().orElseThrow(), DType.F32);
    change(
        checkpoint,
        "tokenizer.json",
        root -> {
          ObjectNode post = root.putObject("post_processor").put("type", "TemplateProcessing");
          ObjectNode special = Json.object();
          special.putObject("SpecialToken").put("id", token).put("type_id", 0);
          ObjectNode sequence = Json.object();
          sequence.putObject("Sequence").put("id", "A").put("type_id", 0);
          post.putArray("single").add(special).add(sequence);
          post.putArray("pair").add(special).add(sequence);
          ObjectNode specials = post.putObject("special_tokens").putObject(token);
          specials.put("id", token);
          specials.putArray("ids").add(256);
          specials.putArray("tokens").add(token);
        });
    assertThat(exportAndRead(checkpoint)).containsEntry("tokenizer.ggml.add_bos_token", told);
  }

  @Test
  void chatTemplatesKeepTheirNames() throws IOException {
    Path checkpoint = checkpoint(known().findFirst().orElseThrow(), DType.F32);
    change(
        checkpoint,
        "tokenizer_config.json",
        root -> {
          ArrayNode templates = root.putArray("chat_template");
          templates.addObject().put("name", "default").put("template", "{{ 1 }}");
          templates.addObject().put("name", "tool_use").put("template", "{{ 2 }}");
        });
    assertThat(exportAndRead(checkpoint))
        .containsEntry("tokenizer.chat_template", "{{ 1 }}")
        .containsEntry("tokenizer.chat_template.tool_use", "{{ 2 }}");
  }

  static Stream<Arguments> cuts() {
    return Stream.of(
        Arguments.of(PreTokenizer.SINGLE_DIGITS, false, "qwen2", true),
        Arguments.of(PreTokenizer.THREE_DIGITS, true, "llama-bpe", true),
        Arguments.of(PreTokenizer.THREE_DIGITS, false, "smaug-bpe", true),
        Arguments.of(PreTokenizer.SINGLE_DIGITS, true, PreTokenizer.COARSEST, false),
        Arguments.of("\\p{L}+|\\s", false, PreTokenizer.COARSEST, false));
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void theCutIsNamedOrItIsToldThatThereIsNoName(
      String expression, boolean ignoreMerges, String name, boolean exact) throws IOException {
    Path checkpoint = checkpoint(known().findFirst().orElseThrow(), DType.F32);
    change(
        checkpoint,
        "tokenizer.json",
        root -> {
          ((ObjectNode) root.required("model")).put("ignore_merges", ignoreMerges);
          ObjectNode pre = root.putObject("pre_tokenizer").put("type", "Sequence");
          ArrayNode steps = pre.putArray("pretokenizers");
          ObjectNode split = steps.addObject().put("type", "Split");
          split.putObject("pattern").put("Regex", expression);
          split.put("behavior", "Isolated").put("invert", false);
          ObjectNode bytes = steps.addObject().put("type", "ByteLevel");
          bytes.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", false);
        });
    List<String> notes = export(checkpoint);
    assertThat(read().metadata()).containsEntry("tokenizer.ggml.pre", name);
    if (exact) {
      assertThat(notes).isEmpty();
    } else {
      assertThat(notes)
          .singleElement()
          .asString()
          .contains("no name for the way in which tokenizer.json cuts text", name);
    }
  }

  static Stream<Arguments> tokenizersThatLlamaCppLacks() {
    return Stream.of(
        lacking("model.byte_fallback", root -> model(root).put("byte_fallback", true)),
        lacking("model.end_of_word_suffix", root -> model(root).put("end_of_word_suffix", "</w>")),
        lacking("a normalizer", root -> root.putObject("normalizer").put("type", "NFKC")),
        lacking("rstrip of the added token <|im_end|>", root -> added(root, 2).put("rstrip", true)),
        lacking(
            "pre_tokenizer does not end in ByteLevel",
            root -> root.putObject("pre_tokenizer").put("type", "Whitespace")));
  }

  private static Arguments lacking(String message, Consumer<ObjectNode> change) {
    return Arguments.of(message, change);
  }

  private static ObjectNode model(ObjectNode root) {
    return (ObjectNode) root.required("model");
  }

  private static ObjectNode added(ObjectNode root, int index) {
    return (ObjectNode) root.required("added_tokens").get(index);
  }

  @ParameterizedTest
  @MethodSource("tokenizersThatLlamaCppLacks")
  void aTokenizerThatAFileCannotHoldIsRefused(String message, Consumer<ObjectNode> change)
      throws IOException {
    Path checkpoint = checkpoint(known().findFirst().orElseThrow(), DType.F32);
    change(checkpoint, "tokenizer.json", change);
    assertRefused(checkpoint, "tokenizer.json: not supported: " + message);
  }

  static Stream<Arguments> modelsThatLlamaCppLacks() {
    Rope scaled = new Rope(10_000, new Rope.Llama3(8, 1, 4, 64));
    return Stream.of(
        Arguments.of(
            SmallConfigs.all()
                .filter(config -> config.family().equals(new ModelFamily.Qwen3(true)))
                .findFirst()
                .orElseThrow(),
            "biases in attention in a qwen3 model"),
        Arguments.of(
            SmallConfigs.of(new ModelFamily.Qwen2(), 6, scaled, true),
            "Llama 3's scaling of rotary embeddings in a qwen2 model"));
  }

  @ParameterizedTest
  @MethodSource("modelsThatLlamaCppLacks")
  void aModelThatLlamaCppHasNoPlaceForIsRefused(ModelConfig config, String message)
      throws IOException {
    assertRefused(checkpoint(config, DType.F32), "config.json: not supported: " + message);
  }

  private void assertRefused(Path checkpoint, String message) throws IOException {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> export(checkpoint))
        .withMessageContaining(message);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("tokenizer", "checkpoint");
    }
  }

  private Map<String, Object> exportAndRead(Path checkpoint) throws IOException {
    export(checkpoint);
    return read().metadata();
  }

  private static void change(Path checkpoint, String name, Consumer<ObjectNode> change)
      throws IOException {
    Path file = checkpoint.resolve(name);
    ObjectNode root = Json.parseObject(Files.readString(file));
    change.accept(root);
    Files.writeString(file, Json.compact(root));
  }
}
