package toolr0.torch.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes {@code config.json} and {@code generation_config.json}. */
final class ModelConfigWriter {

  /** Names of the key that says how weights are stored, the newer one last. */
  private static final List<String> DTYPE_KEYS = List.of("torch_dtype", "dtype");

  private static final String EOS = "eos_token_id";

  private final ModelConfig config;

  ModelConfigWriter(ModelConfig config) {
    this.config = config;
  }

  /**
   * Writes the configuration of a checkpoint that was made from another: the other's file, whatever
   * keys it has, with the new type of the weights. Where there is no such file, or one that says
   * something else, it is written anew.
   */
  void writeConfig(Path folder, DType weights, SideFiles beside) {
    Optional<ObjectNode> original = beside.configuration(config);
    if (original.isEmpty()) {
      writeConfig(folder, weights);
      return;
    }
    ObjectNode json = original.get();
    List<String> present = DTYPE_KEYS.stream().filter(json::has).toList();
    for (String key : present.isEmpty() ? DTYPE_KEYS.subList(0, 1) : present) {
      json.put(key, weights.torchName());
    }
    JsonFile.write(folder.resolve(ModelConfig.CONFIG_FILE), json);
  }

  /** Writes a configuration of nothing but what the model needs. */
  void writeConfig(Path folder, DType weights) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architectures", List.of(config.family().architecture()));
    json.put("attention_dropout", 0.0);
    putTokenIds(json);
    json.put("hidden_act", "silu");
    json.put("hidden_size", config.hiddenSize());
    json.put("initializer_range", config.initializerRange());
    json.put("intermediate_size", config.intermediateSize());
    json.put("max_position_embeddings", config.maxPositionEmbeddings());
    json.put("model_type", config.family().modelType());
    json.put("num_attention_heads", config.numAttentionHeads());
    json.put("num_hidden_layers", config.numHiddenLayers());
    json.put("num_key_value_heads", config.numKeyValueHeads());
    json.put("rms_norm_eps", config.rmsNormEps());
    putRope(json);
    json.put("tie_word_embeddings", config.tieWordEmbeddings());
    json.put("torch_dtype", weights.torchName());
    json.put("use_cache", true);
    json.put("vocab_size", config.vocabSize());
    if (needsHeadDim()) {
      json.put("head_dim", config.headDim());
    }
    putFamily(json);
    JsonFile.write(folder.resolve(ModelConfig.CONFIG_FILE), json);
  }

  private boolean needsHeadDim() {
    return config.family().headDimWhenMissing().isPresent()
        || (long) config.headDim() * config.numAttentionHeads() != config.hiddenSize();
  }

  private void putFamily(Map<String, Object> json) {
    switch (config.family()) {
      case ModelFamily.Qwen2() -> putNoWindow(json);
      case ModelFamily.Qwen3(boolean attentionBias) -> {
        putNoWindow(json);
        json.put("attention_bias", attentionBias);
      }
      case ModelFamily.Llama(boolean attentionBias, boolean mlpBias) -> {
        json.put("attention_bias", attentionBias);
        json.put("mlp_bias", mlpBias);
      }
    }
  }

  private void putNoWindow(Map<String, Object> json) {
    json.put("max_window_layers", config.numHiddenLayers());
    json.put("use_sliding_window", false);
  }

  private void putRope(Map<String, Object> json) {
    json.put("rope_theta", config.rope().theta());
    switch (config.rope().scaling()) {
      case Rope.Unscaled() -> {}
      case Rope.Llama3(double factor, double low, double high, int original) -> {
        Map<String, Object> scaling = new LinkedHashMap<>();
        scaling.put("factor", factor);
        scaling.put("high_freq_factor", high);
        scaling.put("low_freq_factor", low);
        scaling.put("original_max_position_embeddings", original);
        scaling.put("rope_type", "llama3");
        json.put("rope_scaling", scaling);
      }
    }
  }

  void writeGeneration(Path folder) {
    Map<String, Object> json = new LinkedHashMap<>();
    putTokenIds(json);
    json.put("do_sample", true);
    json.put("temperature", 1.0);
    if (config.repetitionPenalty() != 1) {
      json.put("repetition_penalty", config.repetitionPenalty());
    }
    JsonFile.write(folder.resolve(ModelConfig.GENERATION_FILE), json);
  }

  static void nameOneStopId(Path folder) {
    Path file = folder.resolve(ModelConfig.CONFIG_FILE);
    if (ModelConfig.read(folder).family() instanceof ModelFamily.Llama
        || !(JsonFile.read(file) instanceof ObjectNode json)
        || !(json.get(EOS) instanceof ArrayNode ends)
        || ends.isEmpty()
        || !JsonFile.read(folder.resolve(ModelConfig.GENERATION_FILE)).has(EOS)) {
      return;
    }
    json.set(EOS, ends.get(0));
    JsonFile.write(file, json);
  }

  private void putTokenIds(Map<String, Object> json) {
    config.bosTokenId().ifPresent(id -> json.put("bos_token_id", id));
    config.padTokenId().ifPresent(id -> json.put("pad_token_id", id));
    List<Integer> ends = config.eosTokenIds();
    if (ends.size() == 1) {
      json.put(EOS, ends.getFirst());
    } else if (!ends.isEmpty()) {
      json.put(EOS, ends);
    }
  }
}
