package toolr0.torch.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ModelConfigTest {

  private static final String QWEN =
      """
      {"architectures": ["Qwen2ForCausalLM"], "bos_token_id": 7, "eos_token_id": 8,
       "hidden_act": "silu", "hidden_size": 48, "intermediate_size": 128,
       "max_position_embeddings": 512, "max_window_layers": 2, "model_type": "qwen2",
       "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2,
       "rms_norm_eps": 1e-05, "rope_theta": 1000000.0, "sliding_window": 8,
       "tie_word_embeddings": true, "torch_dtype": "float32", "use_sliding_window": false,
       "vocab_size": 331}
      """;

  @TempDir Path folder;

  private static final String QWEN3 =
      QWEN.replace("Qwen2", "Qwen3")
          .replace("qwen2", "qwen3")
          .replace("\"hidden_act\"", "\"attention_bias\": false, \"head_dim\": 16, \"hidden_act\"");

  private static final String LLAMA =
      """
      {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "eos_token_id": [8, 9],
       "hidden_act": "silu", "hidden_size": 48, "intermediate_size": 128,
       "max_position_embeddings": 512, "mlp_bias": false, "model_type": "llama",
       "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2,
       "pretraining_tp": 1, "rms_norm_eps": 1e-05,
       "rope_scaling": {"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
         "original_max_position_embeddings": 64, "rope_type": "llama3"},
       "rope_theta": 500000.0, "tie_word_embeddings": true, "vocab_size": 331}
      """;

  private ModelConfig read(String json) throws IOException {
    Files.writeString(folder.resolve("config.json"), json);
    return ModelConfig.read(folder);
  }

  @Test
  void everyDimensionIsRead() throws IOException {
    ModelConfig config = read(QWEN);
    assertThat(config.vocabSize()).isEqualTo(331);
    assertThat(config.hiddenSize()).isEqualTo(48);
    assertThat(config.intermediateSize()).isEqualTo(128);
    assertThat(config.numHiddenLayers()).isEqualTo(2);
    assertThat(config.numAttentionHeads()).isEqualTo(4);
    assertThat(config.numKeyValueHeads()).isEqualTo(2);
    assertThat(config.headDim()).isEqualTo(12);
    assertThat(config.rmsNormEps()).isEqualTo(1e-5);
    assertThat(config.rope().theta()).isEqualTo(1e6);
    assertThat(config.maxPositionEmbeddings()).isEqualTo(512);
    assertThat(config.tieWordEmbeddings()).isTrue();
    assertThat(config.bosTokenId()).hasValue(7);
    assertThat(config.eosTokenIds()).containsExactly(8);
    assertThat(config.padTokenId()).isEmpty();
  }

  @Test
  void generationConfigWinsAndMayListIds() throws IOException {
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"eos_token_id\": [5, 6], \"pad_token_id\": 9}");
    ModelConfig config = read(QWEN);
    assertThat(config.eosTokenIds()).containsExactly(5, 6);
    assertThat(config.padTokenId()).hasValue(9);
    assertThat(config.bosTokenId()).hasValue(7);
  }

  @Test
  void theNewSpellingOfRopeIsRead() throws IOException {
    String rope = "\"rope_parameters\": {\"rope_theta\": 500000, \"rope_type\": \"default\"}";
    assertThat(read(QWEN.replace("\"rope_theta\": 1000000.0", rope)).rope().theta()).isEqualTo(5e5);
    String both = "\"rope_theta\": 7.0, " + rope;
    assertThat(read(QWEN.replace("\"rope_theta\": 1000000.0", both)).rope().theta()).isEqualTo(5e5);
    String old = both + ", \"rope_scaling\": {\"type\": \"default\"}";
    assertThat(read(QWEN.replace("\"rope_theta\": 1000000.0", old)).rope().theta()).isEqualTo(7);
  }

  @Test
  void missingKeysHaveTheFamilysDefaults() throws IOException {
    ModelConfig config =
        read(
            QWEN.replace("\"rope_theta\": 1000000.0,", "")
                .replace("\"rms_norm_eps\": 1e-05,", "")
                .replace("\"tie_word_embeddings\": true,", "")
                .replace("\"eos_token_id\": 8,", ""));
    assertThat(config.rope().theta()).isEqualTo(10_000);
    assertThat(config.rmsNormEps()).isEqualTo(1e-6);
    assertThat(config.tieWordEmbeddings()).isFalse();
    assertThat(config.eosTokenIds()).isEmpty();
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(
            "\"qwen2\"",
            "\"llama\"",
            "not supported: architectures is [\"Qwen2ForCausalLM\"]; supported for model_type"
                + " \"llama\" is [\"LlamaForCausalLM\"]"),
        Arguments.of(
            "\"qwen2\"",
            "\"mistral\"",
            "not supported: model_type is \"mistral\"; supported are \"llama\", \"qwen2\","
                + " \"qwen3\""),
        Arguments.of("\"qwen2\"", "\"qwen2_moe\"", "not supported: model_type is \"qwen2_moe\""),
        Arguments.of("\"model_type\": \"qwen2\",", "", "not supported: model_type is \"\""),
        Arguments.of(
            "Qwen2ForCausalLM", "Qwen2ForTokenClassification", "not supported: architectures"),
        Arguments.of(
            "\"use_sliding_window\": false",
            "\"use_sliding_window\": true, \"max_window_layers\": 1",
            "Duplicate Object property"),
        Arguments.of(
            "\"max_window_layers\": 2",
            "\"max_window_layers\": 2, \"layer_types\": [\"full_attention\", \"sliding_attention\"]",
            "not supported: layer_types holds \"sliding_attention\""),
        Arguments.of(
            "\"max_window_layers\": 2",
            "\"layer_types\": [\"full_attention\"]",
            "layer_types has 1 entries, but num_hidden_layers is 2"),
        Arguments.of(
            "\"hidden_act\"",
            "\"quantization_config\": {\"bits\": 4}, \"hidden_act\"",
            "not supported: quantization_config"),
        Arguments.of(
            "\"hidden_act\"",
            "\"num_experts\": 8, \"hidden_act\"",
            "not supported: num_experts is 8"),
        Arguments.of(
            "\"hidden_act\"",
            "\"num_local_experts\": 4, \"hidden_act\"",
            "num_local_experts is 4; mixtures of experts are not supported"),
        Arguments.of(
            "\"hidden_act\"",
            "\"partial_rotary_factor\": 0.5, \"hidden_act\"",
            "not supported: partial_rotary_factor is 0.5; supported is 1"),
        Arguments.of("silu", "gelu", "not supported: hidden_act is \"gelu\""),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4}",
            "not supported: rope_scaling.rope_type is \"yarn\"; supported are \"default\" and"
                + " \"llama3\""),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_scaling\": {\"type\": \"default\", \"rope_type\": \"llama3\"}",
            "rope_scaling.rope_type is \"llama3\", but type, its old name, is \"default\""),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_parameters\": {\"rope_type\": \"llama3\", \"factor\": 8}",
            "rope_parameters.low_freq_factor is missing"),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8, \"low_freq_factor\": 4,"
                + " \"high_freq_factor\": 4}",
            "rope_scaling.high_freq_factor is 4.0, expected a number above low_freq_factor 4.0"),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_scaling\": [1]",
            "rope_scaling is [1], expected an object"),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_parameters\": {\"full_attention\": {\"rope_theta\": 5}}",
            "not supported: rope_parameters.full_attention is an object"),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_parameters\": {\"rope_theta\": \"x\"}",
            "rope_parameters.rope_theta is \"x\", expected a number"),
        Arguments.of("\"rope_theta\": 1000000.0", "\"rope_theta\": -1", "rope_theta is -1.0"),
        Arguments.of(
            "\"vocab_size\": 331",
            "\"vocab_size\": \"331\"",
            "vocab_size is \"331\", expected an integer"),
        Arguments.of(
            "\"vocab_size\": 331",
            "\"vocab_size\": 331.5",
            "vocab_size is 331.5, expected an integer"),
        Arguments.of(
            "\"vocab_size\": 331",
            "\"vocab_size\": 8",
            "eos_token_id is 8, outside the vocabulary of vocab_size 8"),
        Arguments.of("\"intermediate_size\": 128,", "", "intermediate_size is missing"),
        Arguments.of("\"num_key_value_heads\": 2,", "", "num_key_value_heads is missing"),
        Arguments.of(
            "\"num_key_value_heads\": 2",
            "\"num_key_value_heads\": 3",
            "num_attention_heads is 4, no multiple of num_key_value_heads 3"),
        Arguments.of(
            "\"num_attention_heads\": 4",
            "\"num_attention_heads\": 5",
            "hidden_size is 48, no multiple of num_attention_heads 5"),
        Arguments.of(
            "\"num_attention_heads\": 4", "\"num_attention_heads\": 0", "num_attention_heads is 0"),
        Arguments.of("\"hidden_act\"", "\"head_dim\": 7, \"hidden_act\"", "head_dim is 7"),
        Arguments.of(
            "\"num_hidden_layers\": 2",
            "\"num_hidden_layers\": -2",
            "num_hidden_layers is -2, expected at least 1"),
        Arguments.of(
            "\"tie_word_embeddings\": true",
            "\"tie_word_embeddings\": 1",
            "tie_word_embeddings is 1, expected true or false"),
        Arguments.of("\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": 0", "rms_norm_eps is 0.0"),
        Arguments.of(
            "\"eos_token_id\": 8",
            "\"eos_token_id\": [8, \"a\"]",
            "eos_token_id is \"a\", expected a token id"),
        Arguments.of("\"eos_token_id\": 8,", "\"eos_token_id\": 8", "not valid JSON"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongValueIsNamedWithFileAndKey(String from, String to, String expected) {
    assertThat(QWEN).contains(from);
    assertThatThrownBy(() -> read(QWEN.replace(from, to)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("config.json").toString())
        .hasMessageContaining(expected);
  }

  @Test
  void aWindowInUseIsRefusedAndOneOutOfUseIsNot() throws IOException {
    String used = QWEN.replace("\"use_sliding_window\": false", "\"use_sliding_window\": true");
    assertThat(read(used).numHiddenLayers()).isEqualTo(2);
    assertThatThrownBy(
            () -> read(used.replace("\"max_window_layers\": 2", "\"max_window_layers\": 1")))
        .hasMessageContaining("not supported: use_sliding_window is true");
  }

  @Test
  void aWindowWithoutItsSizeHasTheFamilysAndIsRefused() throws IOException {
    String used = QWEN.replace("\"use_sliding_window\": false", "\"use_sliding_window\": true");
    String unsaid = used.replace("\"sliding_window\": 8,", "");
    assertThatThrownBy(
            () -> read(unsaid.replace("\"max_window_layers\": 2", "\"max_window_layers\": 0")))
        .hasMessageContaining("max_window_layers is 0, below num_hidden_layers 2");
    assertThat(read(unsaid.replace("\"max_window_layers\": 2,", "")).numHiddenLayers())
        .isEqualTo(2);
    String none = used.replace("\"sliding_window\": 8", "\"sliding_window\": null");
    assertThat(
            read(none.replace("\"max_window_layers\": 2", "\"max_window_layers\": 0"))
                .numHiddenLayers())
        .isEqualTo(2);
  }

  @Test
  void everyFamilyHasItsLayers() throws IOException {
    assertThat(read(QWEN).family().layer()).isEqualTo(new LayerRecipe(true, false, false, false));
    assertThat(
            read(QWEN.replace("\"hidden_act\"", "\"attention_bias\": false, \"hidden_act\""))
                .family()
                .layer())
        .isEqualTo(new LayerRecipe(true, false, false, false));
    assertThat(read(QWEN3).family().layer()).isEqualTo(new LayerRecipe(false, false, false, true));
    assertThat(
            read(QWEN3.replace("\"attention_bias\": false", "\"attention_bias\": true"))
                .family()
                .layer())
        .isEqualTo(new LayerRecipe(true, true, false, true));
    assertThat(read(LLAMA).family().layer()).isEqualTo(new LayerRecipe(false, false, false, false));
    assertThat(read(LLAMA.replace("_bias\": false", "_bias\": true")).family().layer())
        .isEqualTo(new LayerRecipe(true, true, true, false));
  }

  @Test
  void tensorsFollowFromTheFamily() throws IOException {
    assertThat(read(QWEN3).tensorShapes())
        .hasSize(2 * 11 + 2)
        .containsEntry("model.layers.0.self_attn.q_norm.weight", List.of(16L))
        .containsEntry("model.layers.1.self_attn.k_norm.weight", List.of(16L))
        .containsEntry("model.layers.1.self_attn.q_proj.weight", List.of(64L, 48L))
        .containsEntry("model.layers.1.self_attn.o_proj.weight", List.of(48L, 64L))
        .doesNotContainKey("model.layers.0.self_attn.q_proj.bias");
    assertThat(read(LLAMA).tensorShapes()).hasSize(2 * 9 + 2);
    assertThat(read(LLAMA.replace("_bias\": false", "_bias\": true")).tensorShapes())
        .hasSize(2 * 16 + 2)
        .containsEntry("model.layers.0.self_attn.o_proj.bias", List.of(48L))
        .containsEntry("model.layers.1.mlp.gate_proj.bias", List.of(128L))
        .containsEntry("model.layers.1.mlp.down_proj.bias", List.of(48L));
  }

  @Test
  void aHeadHasTheFamilysWidthWhereTheKeyIsMissing() throws IOException {
    assertThat(read(QWEN3).headDim()).isEqualTo(16);
    assertThat(read(QWEN3.replace("\"head_dim\": 16, ", "")).headDim()).isEqualTo(128);
    assertThat(read(LLAMA).headDim()).isEqualTo(12);
    assertThat(read(LLAMA.replace("\"hidden_act\"", "\"head_dim\": 20, \"hidden_act\"")).headDim())
        .isEqualTo(20);
  }

  @Test
  void aLlamaWithoutKeyValueHeadsHasOneForEveryQueryHead() throws IOException {
    assertThat(read(LLAMA.replace("\"num_key_value_heads\": 2,", "")).numKeyValueHeads())
        .isEqualTo(4);
  }

  @Test
  void llama3ScalingIsReadInBothSpellings() throws IOException {
    Rope expected = new Rope(5e5, new Rope.Llama3(8, 1, 4, 64));
    assertThat(read(LLAMA).rope()).isEqualTo(expected);
    assertThat(read(LLAMA.replace("\"rope_type\"", "\"type\"")).rope()).isEqualTo(expected);
    String inside =
        LLAMA
            .replace("\"rope_theta\": 500000.0,", "")
            .replace(
                "\"rope_scaling\": {",
                "\"rope_scaling\": null, \"rope_parameters\": {\"rope_theta\": 500000, ");
    assertThat(read(inside).rope()).isEqualTo(expected);
    assertThat(read(LLAMA.replace("\"original_max_position_embeddings\": 64,", "")).rope())
        .isEqualTo(new Rope(5e5, new Rope.Llama3(8, 1, 4, 512)));
    String empty =
        QWEN.replace(
            "\"rope_theta\": 1000000.0",
            "\"rope_scaling\": {}, " + "\"rope_parameters\": {\"rope_theta\": 3}");
    assertThat(read(empty).rope()).isEqualTo(Rope.of(3));
  }

  @Test
  void llama3KeepsShortWavesStretchesLongOnesAndBlendsBetween() {
    Rope rope = new Rope(10_000, new Rope.Llama3(8, 1, 4, 64));
    float[] plain = Rope.of(10_000).frequencies(8);
    float[] scaled = rope.frequencies(8);
    assertThat(plain).containsExactly(1, 0.1f, 0.01f, 0.001f);
    assertThat(scaled[0]).isEqualTo(1);
    double kept = (64 * 0.1 / (2 * Math.PI) - 1) / 3;
    assertThat(kept).isBetween(0.0, 0.1);
    assertThat(scaled[1]).isEqualTo((float) ((1 - kept) * 0.1 / 8 + kept * 0.1));
    assertThat(scaled[2]).isEqualTo(0.01f / 8);
    assertThat(scaled[3]).isEqualTo(0.001f / 8);
  }

  @Test
  void theGenerationFilesRepetitionPenaltyIsRead() throws IOException {
    assertThat(read(QWEN).repetitionPenalty()).isEqualTo(1);
    Path generation = folder.resolve("generation_config.json");
    Files.writeString(generation, "{\"repetition_penalty\": 1.05}");
    assertThat(read(QWEN).repetitionPenalty()).isEqualTo(1.05);
    Files.writeString(generation, "{\"repetition_penalty\": 0}");
    assertThatThrownBy(() -> read(QWEN))
        .hasMessageContaining(generation + ": repetition_penalty is 0.0, expected a positive");
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2_moe", "qwen3_moe", "mixtral", "gpt_oss", "qwen2_vl"})
  void otherFamiliesAreRefused(String type) {
    assertThatThrownBy(() -> read(QWEN.replace("\"qwen2\"", "\"" + type + "\"")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("config.json") + ": not supported: model_type is")
        .hasMessageContaining("supported are \"llama\", \"qwen2\", \"qwen3\"");
  }

  @Test
  void syntaxErrorsNameTheLine() {
    assertThatThrownBy(() -> read("{\n\"a\": 1,\n\"b\": nope}"))
        .hasMessageContaining("config.json: line 3: not valid JSON");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("expected a JSON object");
    assertThatThrownBy(() -> read("")).hasMessageContaining("config.json");
    assertThatThrownBy(() -> ModelConfig.read(folder.resolve("none")))
        .hasMessageContaining("no such file");
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    ModelConfig config = Checkpoints.config(false);
    config.write(folder, DType.BF16);
    assertThat(ModelConfig.read(folder)).isEqualTo(config);
    JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("config.json")));
    assertThat(json.path("architectures").path(0).stringValue()).isEqualTo("Qwen2ForCausalLM");
    assertThat(json.path("torch_dtype").stringValue()).isEqualTo("bfloat16");
    assertThat(json.path("use_sliding_window").booleanValue(true)).isFalse();
    assertThat(json.path("eos_token_id").values()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("toolr0.torch.checkpoint.SmallConfigs#all")
  void whatIsWrittenOfAnyFamilyIsReadBack(ModelConfig config) throws IOException {
    config.write(folder, DType.F32);
    assertThat(ModelConfig.read(folder)).isEqualTo(config);
  }

  @Test
  void tensorsFollowFromTheDimensions() throws IOException {
    ModelConfig config = read(QWEN);
    assertThat(config.tensorShapes()).hasSize(2 * 12 + 2);
    assertThat(config.tensorShapes())
        .containsEntry("model.layers.1.self_attn.k_proj.weight", List.of(24L, 48L))
        .containsEntry("model.layers.1.self_attn.q_proj.bias", List.of(48L))
        .containsEntry("model.layers.0.mlp.down_proj.weight", List.of(48L, 128L))
        .doesNotContainKey("lm_head.weight");
    long layer = 48 * 48 * 2 + 48 + 2 * (24 * 48 + 24) + 3 * 48 * 128 + 2 * 48;
    assertThat(config.parameterCount()).isEqualTo(331 * 48 + 2 * layer + 48);
  }

  @Test
  void oneStopIdStaysInQwensConfigurationWhereTheOthersStandBesideIt() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [8, 9]}");
    ModelConfig before = read(QWEN.replace("\"eos_token_id\": 8", "\"eos_token_id\": [8, 9]"));
    ModelConfig.nameOneStopId(folder);
    assertThat(stopIds()).isEqualTo("8");
    assertThat(ModelConfig.read(folder)).isEqualTo(before);
    assertThat(before.eosTokenIds()).containsExactly(8, 9);
  }

  @Test
  void stopIdsStayWhereNothingElseNamesThemOrTheFamilyHasSeveral() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{}");
    read(QWEN.replace("\"eos_token_id\": 8", "\"eos_token_id\": [8, 9]"));
    ModelConfig.nameOneStopId(folder);
    assertThat(stopIds()).isEqualTo("[8,9]");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [8, 9]}");
    read(LLAMA);
    ModelConfig.nameOneStopId(folder);
    assertThat(stopIds()).isEqualTo("[8,9]");
  }

  private String stopIds() throws IOException {
    return JsonMapper.shared()
        .readTree(Files.readString(folder.resolve("config.json")))
        .required("eos_token_id")
        .toString();
  }
}
