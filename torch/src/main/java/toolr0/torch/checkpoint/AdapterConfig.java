package toolr0.torch.checkpoint;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.policy.LoraSpec;
import tools.jackson.databind.JsonNode;

/**
 * PEFT's {@code adapter_config.json}.
 *
 * @param spec how the adapters are made
 * @param base the folder of their model, as the file names it
 */
record AdapterConfig(LoraSpec spec, Path base) {

  /** Keys of what is not done here: what they ask for would be left out without a word. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "use_dora",
          "use_rslora",
          "use_qalora",
          "use_bdlora",
          "fan_in_fan_out",
          "lora_bias",
          "rank_pattern",
          "alpha_pattern",
          "modules_to_save",
          "exclude_modules",
          "layers_to_transform",
          "layers_pattern",
          "layer_replication",
          "target_parameters",
          "trainable_token_indices",
          "alora_invocation_tokens",
          "arrow_config",
          "megatron_config");

  /** First values of adapters that leave the base as it is. */
  private static final List<String> STARTS = List.of("gaussian", "eva", "orthogonal");

  /**
   * Reads the file.
   *
   * @throws CheckpointException if it is damaged, or the adapters are of a kind that is not
   *     supported
   */
  static AdapterConfig read(Path file) {
    ConfigJson config = ConfigJson.read(file);
    requireSupported(config);
    return new AdapterConfig(spec(config), base(config));
  }

  private static LoraSpec spec(ConfigJson config) {
    LoraSpec spec;
    try {
      spec =
          new LoraSpec(
              config.requiredInt("r"),
              config.requiredDecimal("lora_alpha"),
              config.decimal("lora_dropout", 0),
              targets(config));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(config.file() + ": " + e.getMessage(), e);
    }
    if (!spec.enabled()) {
      throw config.wrong("r is 0, expected at least 1");
    }
    return spec;
  }

  private static void requireSupported(ConfigJson config) {
    String type = config.text("peft_type").orElse("missing");
    if (!type.equals("LORA")) {
      throw config.unsupported("peft_type is " + type + ", expected LORA");
    }
    String bias = config.text("bias").orElse("none");
    if (!bias.equals("none")) {
      throw config.unsupported("bias is " + ConfigJson.shown(bias) + ", expected none");
    }
    for (String key : UNSUPPORTED) {
      Optional<JsonNode> node = config.node(key).filter(value -> !asksForNothing(value));
      if (node.isPresent()) {
        throw config.unsupported(key + " is " + ConfigJson.shown(node.get()));
      }
    }
    Optional<JsonNode> start = config.node("init_lora_weights");
    if (start.isPresent() && !start.get().isBoolean() && !STARTS.contains(text(start.get()))) {
      throw config.unsupported(
          "init_lora_weights is %s, whose base is not the model's own weights; expected true, false or one of %s"
              .formatted(ConfigJson.shown(start.get()), String.join(", ", STARTS)));
    }
  }

  /** Whether a value is false, or a list, an object or a text with nothing in it. */
  private static boolean asksForNothing(JsonNode value) {
    return value.isBoolean()
        ? !value.booleanValue()
        : value.isContainer() ? value.isEmpty() : value.isString() && text(value).isEmpty();
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.stringValue() : node.toString();
  }

  private static List<String> targets(ConfigJson config) {
    JsonNode targets =
        config.node("target_modules").orElseThrow(() -> config.wrong("target_modules is missing"));
    if (targets.isString() && targets.stringValue().equals("all-linear")) {
      return LoraSpec.ALL_LINEAR;
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : targets.isArray() ? targets.values() : List.<JsonNode>of()) {
      names.add(text(name));
    }
    if (names.isEmpty()) {
      throw config.unsupported(
          "target_modules is " + ConfigJson.shown(targets) + ", expected a list of names");
    }
    return names;
  }

  /** What an {@code adapter_config.json} names as the base. */
  private static Path base(ConfigJson config) {
    String name =
        config
            .text("base_model_name_or_path")
            .orElseThrow(() -> config.wrong("base_model_name_or_path is missing"));
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw config.wrong(
          "base_model_name_or_path is %s, expected the path of a folder"
              .formatted(SafetensorsHeader.show(name)));
    }
  }

  /** What PEFT reads. */
  Map<String, Object> toMap() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("base_model_name_or_path", base.toString());
    config.put("bias", "none");
    config.put("fan_in_fan_out", false);
    config.put("inference_mode", true);
    config.put("init_lora_weights", true);
    config.put("lora_alpha", plain(spec.alpha()));
    config.put("lora_dropout", spec.dropout());
    config.put("peft_type", "LORA");
    config.put("r", spec.r());
    config.put("target_modules", spec.targetModules());
    config.put("task_type", "CAUSAL_LM");
    config.put("use_dora", false);
    config.put("use_rslora", false);
    return config;
  }

  /** A whole number as one: PEFT's type of the key. */
  private static Number plain(double value) {
    return value == Math.rint(value) ? (Number) Math.round(value) : (Number) value;
  }
}
