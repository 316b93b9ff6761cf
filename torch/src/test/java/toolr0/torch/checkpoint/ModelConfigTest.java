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
    assertThat(config.ropeTheta()).isEqualTo(1e6);
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
    assertThat(read(QWEN.replace("\"rope_theta\": 1000000.0", rope)).ropeTheta()).isEqualTo(5e5);
    String both = "\"rope_theta\": 7.0, " + rope;
    assertThat(read(QWEN.replace("\"rope_theta\": 1000000.0", both)).ropeTheta()).isEqualTo(5e5);
    String old = both + ", \"rope_scaling\": {\"type\": \"default\"}";
    assertThat(read(QWEN.replace("\"rope_theta\": 1000000.0", old)).ropeTheta()).isEqualTo(7);
  }

  @Test
  void missingKeysHaveTheFamilysDefaults() throws IOException {
    ModelConfig config =
        read(
            QWEN.replace("\"rope_theta\": 1000000.0,", "")
                .replace("\"rms_norm_eps\": 1e-05,", "")
                .replace("\"tie_word_embeddings\": true,", "")
                .replace("\"eos_token_id\": 8,", ""));
    assertThat(config.ropeTheta()).isEqualTo(10_000);
    assertThat(config.rmsNormEps()).isEqualTo(1e-6);
    assertThat(config.tieWordEmbeddings()).isFalse();
    assertThat(config.eosTokenIds()).isEmpty();
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(
            "\"qwen2\"",
            "\"llama\"",
            "not supported: model_type is \"llama\"; supported is \"qwen2\""),
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
            "\"hidden_act\"", "\"num_experts\": 8, \"hidden_act\"", "not supported: num_experts"),
        Arguments.of("silu", "gelu", "not supported: hidden_act is \"gelu\""),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4}",
            "not supported: rope_scaling has the type \"yarn\""),
        Arguments.of(
            "\"rope_theta\": 1000000.0",
            "\"rope_parameters\": {\"rope_theta\": \"x\"}",
            "rope_parameters.rope_theta is no number"),
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
}
