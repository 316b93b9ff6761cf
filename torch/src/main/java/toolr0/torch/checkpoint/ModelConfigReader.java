package toolr0.torch.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads {@code config.json}; one reader serves one folder. */
final class ModelConfigReader {

  private static final String MODEL_TYPE = "qwen2";
  private static final String ARCHITECTURE = "Qwen2ForCausalLM";

  private final Path folder;
  private final Path file;
  private final JsonNode config;

  ModelConfigReader(Path folder) {
    this.folder = folder;
    this.file = folder.resolve(ModelConfig.CONFIG_FILE);
    this.config = JsonFile.read(file);
  }

  ModelConfig read() {
    checkFamily();
    checkUnsupported();
    int hiddenSize = requiredInt("hidden_size");
    int layers = requiredInt("num_hidden_layers");
    int heads = requiredInt("num_attention_heads");
    if (heads < 1) {
      throw wrong("num_attention_heads is " + heads + ", expected at least 1");
    }
    checkAttentionWindow(layers);
    try {
      return new ModelConfig(
          requiredInt("vocab_size"),
          hiddenSize,
          requiredInt("intermediate_size"),
          layers,
          heads,
          keyValueHeads(heads),
          headDim(hiddenSize, heads),
          decimal("rms_norm_eps", 1e-6),
          ropeTheta(),
          optionalInt("max_position_embeddings").orElse(32768),
          bool("tie_word_embeddings", false),
          decimal("initializer_range", 0.02),
          tokenIds("bos_token_id").stream().mapToInt(Integer::intValue).findFirst(),
          tokenIds("eos_token_id"),
          tokenIds("pad_token_id").stream().mapToInt(Integer::intValue).findFirst());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(file + ": " + e.getMessage(), e);
    }
  }

  private void checkFamily() {
    String type = present(config, "model_type").map(this::text).orElse("");
    if (!type.equals(MODEL_TYPE)) {
      throw unsupported(
          "model_type is \""
              + SafetensorsHeader.show(type)
              + "\"; supported is \""
              + MODEL_TYPE
              + "\"");
    }
    Optional<JsonNode> architectures = present(config, "architectures");
    if (architectures.isPresent()) {
      boolean listed = false;
      for (JsonNode name : architectures.get().values()) {
        listed |= name.isString() && name.stringValue().equals(ARCHITECTURE);
      }
      if (!listed) {
        throw unsupported(
            "architectures is %s; supported is [\"%s\"]"
                .formatted(SafetensorsHeader.show(architectures.get().toString()), ARCHITECTURE));
      }
    }
  }

  private void checkUnsupported() {
    if (present(config, "quantization_config").isPresent()) {
      throw unsupported("quantization_config is set; give a checkpoint in F32, BF16 or F16");
    }
    for (String key : List.of("num_experts", "num_local_experts", "n_routed_experts")) {
      if (present(config, key).isPresent()) {
        throw unsupported(key + " is set; mixtures of experts are not supported");
      }
    }
    String activation = present(config, "hidden_act").map(this::text).orElse("silu");
    if (!activation.equals("silu")) {
      throw unsupported(
          "hidden_act is \"" + SafetensorsHeader.show(activation) + "\"; supported is \"silu\"");
    }
    if (decimal("partial_rotary_factor", 1) != 1) {
      throw unsupported("partial_rotary_factor is not 1");
    }
  }

  private void checkAttentionWindow(int layers) {
    Optional<JsonNode> types = present(config, "layer_types");
    if (types.isPresent()) {
      if (!types.get().isArray() || types.get().size() != layers) {
        throw wrong(
            "layer_types has %d entries, but num_hidden_layers is %d"
                .formatted(types.get().size(), layers));
      }
      for (JsonNode type : types.get().values()) {
        if (!text(type).equals("full_attention")) {
          throw unsupported(
              "layer_types holds "
                  + SafetensorsHeader.show(type.toString())
                  + "; supported is full_attention");
        }
      }
    }
    boolean windowed =
        bool("use_sliding_window", false) && present(config, "sliding_window").isPresent();
    if (windowed && types.isEmpty() && optionalInt("max_window_layers").orElse(0) < layers) {
      throw unsupported(
          "use_sliding_window is true and max_window_layers is below num_hidden_layers;"
              + " sliding windows are not supported");
    }
  }

  private int keyValueHeads(int heads) {
    if (config.optional("num_key_value_heads").isEmpty()) {
      throw wrong("num_key_value_heads is missing");
    }
    return optionalInt("num_key_value_heads").orElse(heads);
  }

  private int headDim(int hiddenSize, int heads) {
    OptionalInt explicit = optionalInt("head_dim");
    if (explicit.isEmpty() && hiddenSize % heads != 0) {
      throw wrong(
          "hidden_size is %d, no multiple of num_attention_heads %d, and head_dim is missing"
              .formatted(hiddenSize, heads));
    }
    return explicit.orElse(hiddenSize / heads);
  }

  /**
   * A theta inside the rope dictionary wins over the top-level one; {@code rope_scaling} wins over
   * its new name.
   */
  private double ropeTheta() {
    double theta = decimal("rope_theta", 10_000);
    String key = present(config, "rope_scaling").isPresent() ? "rope_scaling" : "rope_parameters";
    Optional<JsonNode> rope = present(config, key);
    if (rope.isEmpty()) {
      return theta;
    }
    if (!rope.get().isObject()) {
      throw wrong(key + " is no object");
    }
    String type =
        present(rope.get(), "rope_type")
            .or(() -> present(rope.get(), "type"))
            .map(this::text)
            .orElse("default");
    if (!type.equals("default")) {
      throw unsupported(
          key + " has the type \"" + SafetensorsHeader.show(type) + "\"; supported is \"default\"");
    }
    Optional<JsonNode> inner = present(rope.get(), "rope_theta");
    if (inner.isPresent() && !inner.get().isNumber()) {
      throw wrong(key + ".rope_theta is no number");
    }
    return inner.map(JsonNode::doubleValue).orElse(theta);
  }

  private List<Integer> tokenIds(String key) {
    Path generationFile = folder.resolve(ModelConfig.GENERATION_FILE);
    if (Files.exists(generationFile)) {
      Optional<JsonNode> found = present(JsonFile.read(generationFile), key);
      if (found.isPresent()) {
        return ids(generationFile, key, found.get());
      }
    }
    return present(config, key).map(node -> ids(file, key, node)).orElse(List.of());
  }

  private static List<Integer> ids(Path file, String key, JsonNode node) {
    List<Integer> ids = new ArrayList<>();
    Iterable<JsonNode> values = node.isArray() ? node.values() : List.of(node);
    for (JsonNode value : values) {
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw new CheckpointException(
            "%s: %s is %s, expected a token id"
                .formatted(file, key, SafetensorsHeader.show(value.toString())));
      }
      ids.add(value.intValue());
    }
    return ids;
  }

  private int requiredInt(String key) {
    return optionalInt(key).orElseThrow(() -> wrong(key + " is missing"));
  }

  private OptionalInt optionalInt(String key) {
    Optional<JsonNode> node = present(config, key);
    if (node.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!node.get().isIntegralNumber() || !node.get().canConvertToInt()) {
      throw wrong(
          key + " is " + SafetensorsHeader.show(node.get().toString()) + ", expected an integer");
    }
    return OptionalInt.of(node.get().intValue());
  }

  private double decimal(String key, double missing) {
    Optional<JsonNode> node = present(config, key);
    if (node.isPresent() && !node.get().isNumber()) {
      throw wrong(
          key + " is " + SafetensorsHeader.show(node.get().toString()) + ", expected a number");
    }
    return node.map(JsonNode::doubleValue).orElse(missing);
  }

  private boolean bool(String key, boolean missing) {
    Optional<JsonNode> node = present(config, key);
    if (node.isPresent() && !node.get().isBoolean()) {
      throw wrong(
          key
              + " is "
              + SafetensorsHeader.show(node.get().toString())
              + ", expected true or false");
    }
    return node.map(JsonNode::booleanValue).orElse(missing);
  }

  private String text(JsonNode node) {
    return node.isString() ? node.stringValue() : node.toString();
  }

  private static Optional<JsonNode> present(JsonNode parent, String key) {
    return parent.optional(key).filter(node -> !node.isNull());
  }

  private CheckpointException wrong(String problem) {
    return new CheckpointException(file + ": " + problem);
  }

  private CheckpointException unsupported(String problem) {
    return new CheckpointException(file + ": not supported: " + problem);
  }
}
