package toolr0.torch.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads {@code config.json} and {@code generation_config.json}; one reader serves one folder. */
final class ModelConfigReader {

  private static final List<String> QUANTIZATION_KEYS =
      List.of("quantization_config", "compression_config");
  private static final List<String> EXPERT_KEYS =
      List.of(
          "num_experts",
          "num_local_experts",
          "n_routed_experts",
          "moe_num_experts",
          "num_experts_per_tok",
          "moe_intermediate_size");

  /** First layer with a sliding window when {@code max_window_layers} is missing. */
  private static final int MAX_WINDOW_LAYERS_WHEN_MISSING = 28;

  private final ConfigJson config;
  private final Optional<ConfigJson> generation;

  ModelConfigReader(Path folder) {
    this.config = ConfigJson.read(folder.resolve(ModelConfig.CONFIG_FILE));
    Path generationFile = folder.resolve(ModelConfig.GENERATION_FILE);
    this.generation =
        Files.exists(generationFile)
            ? Optional.of(ConfigJson.read(generationFile))
            : Optional.empty();
  }

  ModelConfig read() {
    ModelFamily family = family();
    checkArchitecture(family);
    checkUnsupported();
    int hiddenSize = config.requiredInt("hidden_size");
    int layers = config.requiredInt("num_hidden_layers");
    int heads = config.requiredInt("num_attention_heads");
    if (heads < 1) {
      throw config.wrong("num_attention_heads is " + heads + ", expected at least 1");
    }
    checkAttentionWindow(layers);
    int maxPositionEmbeddings =
        config
            .optionalInt("max_position_embeddings")
            .orElse(family.maxPositionEmbeddingsWhenMissing());
    double repetitionPenalty = repetitionPenalty();
    try {
      return new ModelConfig(
          family,
          config.requiredInt("vocab_size"),
          hiddenSize,
          config.requiredInt("intermediate_size"),
          layers,
          heads,
          keyValueHeads(family, heads),
          headDim(family, hiddenSize, heads),
          config.decimal("rms_norm_eps", 1e-6),
          RopeReader.read(config, maxPositionEmbeddings),
          maxPositionEmbeddings,
          config.bool("tie_word_embeddings", false),
          config.decimal("initializer_range", 0.02),
          tokenId("bos_token_id"),
          tokenIds("eos_token_id"),
          tokenId("pad_token_id"),
          repetitionPenalty);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(config.file() + ": " + e.getMessage(), e);
    }
  }

  private ModelFamily family() {
    String type = config.text("model_type").orElse("");
    return switch (type) {
      case ModelFamily.Qwen2.MODEL_TYPE -> new ModelFamily.Qwen2();
      case ModelFamily.Qwen3.MODEL_TYPE ->
          new ModelFamily.Qwen3(config.bool("attention_bias", false));
      case ModelFamily.Llama.MODEL_TYPE ->
          new ModelFamily.Llama(
              config.bool("attention_bias", false), config.bool("mlp_bias", false));
      default ->
          throw config.unsupported(
              "model_type is \"%s\"; supported are \"%s\""
                  .formatted(
                      SafetensorsHeader.show(type),
                      String.join("\", \"", ModelFamily.MODEL_TYPES)));
    };
  }

  private void checkArchitecture(ModelFamily family) {
    Optional<JsonNode> architectures = config.node("architectures");
    if (architectures.isEmpty()) {
      return;
    }
    boolean listed = false;
    for (JsonNode name : architectures.get().values()) {
      listed |= name.isString() && name.stringValue().equals(family.architecture());
    }
    if (!listed) {
      throw config.unsupported(
          "architectures is %s; supported for model_type \"%s\" is [\"%s\"]"
              .formatted(
                  ConfigJson.shown(architectures.get()),
                  family.modelType(),
                  family.architecture()));
    }
  }

  private void checkUnsupported() {
    for (String key : QUANTIZATION_KEYS) {
      if (config.has(key)) {
        throw config.unsupported(key + " is set; give a checkpoint in F32, BF16 or F16");
      }
    }
    for (String key : EXPERT_KEYS) {
      Optional<JsonNode> experts = config.node(key).filter(node -> node.asInt(1) != 0);
      if (experts.isPresent()) {
        throw config.unsupported(
            "%s is %s; mixtures of experts are not supported, give a dense checkpoint"
                .formatted(key, ConfigJson.shown(experts.get())));
      }
    }
    String activation = config.text("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw config.unsupported(
          "hidden_act is \"" + SafetensorsHeader.show(activation) + "\"; supported is \"silu\"");
    }
  }

  private void checkAttentionWindow(int layers) {
    Optional<JsonNode> types = config.node("layer_types");
    if (types.isPresent()) {
      if (!types.get().isArray() || types.get().size() != layers) {
        throw config.wrong(
            "layer_types has %d entries, but num_hidden_layers is %d"
                .formatted(types.get().size(), layers));
      }
      for (JsonNode type : types.get().values()) {
        if (!type.isString() || !type.stringValue().equals("full_attention")) {
          throw config.unsupported(
              "layer_types holds %s; supported is \"full_attention\""
                  .formatted(ConfigJson.shown(type)));
        }
      }
    } else if (config.bool("use_sliding_window", false)) {
      boolean hasWindow = !config.object().path("sliding_window").isNull();
      int firstWindowed =
          config.optionalInt("max_window_layers").orElse(MAX_WINDOW_LAYERS_WHEN_MISSING);
      if (hasWindow && firstWindowed < layers) {
        throw config.unsupported(
            "use_sliding_window is true with a sliding_window and max_window_layers is %d, below num_hidden_layers %d; supported is attention to the whole text"
                .formatted(firstWindowed, layers));
      }
    }
  }

  private int keyValueHeads(ModelFamily family, int heads) {
    if (!family.keyValueHeadsMayBeMissing()
        && config.object().optional("num_key_value_heads").isEmpty()) {
      throw config.wrong("num_key_value_heads is missing");
    }
    return config.optionalInt("num_key_value_heads").orElse(heads);
  }

  private int headDim(ModelFamily family, int hiddenSize, int heads) {
    OptionalInt given = config.optionalInt("head_dim");
    OptionalInt known = given.isPresent() ? given : family.headDimWhenMissing();
    if (known.isEmpty() && hiddenSize % heads != 0) {
      throw config.wrong(
          "hidden_size is %d, no multiple of num_attention_heads %d, and head_dim is missing"
              .formatted(hiddenSize, heads));
    }
    return known.orElse(hiddenSize / heads);
  }

  private OptionalInt tokenId(String key) {
    return tokenIds(key).stream().mapToInt(Integer::intValue).findFirst();
  }

  /** The generation file wins. */
  private List<Integer> tokenIds(String key) {
    return generation.filter(g -> g.has(key)).orElse(config).tokenIds(key);
  }

  private double repetitionPenalty() {
    double penalty = generation.map(g -> g.decimal("repetition_penalty", 1)).orElse(1.0);
    if (!(penalty > 0) || !Double.isFinite(penalty)) {
      throw generation
          .orElseThrow()
          .wrong("repetition_penalty is " + penalty + ", expected a positive number");
    }
    return penalty;
  }
}
