package toolr0.torch.checkpoint;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Hashes;
import toolr0.policy.LoraSpec;
import tools.jackson.databind.JsonNode;

/**
 * Open low-rank adapters in PEFT's layout: {@value #CONFIG_FILE} and {@value #WEIGHTS_FILE}, with
 * the tokenizer's files beside them. The weights' metadata has the fingerprint of the model that
 * they were trained on, if toolr0 wrote them.
 */
public final class AdapterFolder implements AutoCloseable {

  /** The file that names the base and says how the adapters are made. */
  public static final String CONFIG_FILE = "adapter_config.json";

  /** The adapters' tensors. */
  public static final String WEIGHTS_FILE = "adapter_model.safetensors";

  private static final String FINGERPRINT = "base_fingerprint";

  /** Bytes of a tensor's beginning and of its end that a fingerprint looks at. */
  private static final long END_BYTES = 2048;

  private final Path path;
  private final Path base;
  private final LoraSpec spec;
  private final Safetensors weights;

  private AdapterFolder(Path path, Path base, LoraSpec spec, Safetensors weights) {
    this.path = path;
    this.base = base;
    this.spec = spec;
    this.weights = weights;
  }

  /** Whether a folder holds adapters; a write that a kill cut off is ended first. */
  public static boolean is(Path folder) {
    AtomicFolder.recover(folder);
    return Files.exists(folder.resolve(CONFIG_FILE));
  }

  /** The folder of the whole weights: a checkpoint's own, or that of the base of adapters. */
  public static Path baseOf(Path folder) {
    return is(folder) ? base(folder, ConfigJson.read(folder.resolve(CONFIG_FILE))) : folder;
  }

  /**
   * Opens adapters.
   *
   * @throws CheckpointException if a file is missing or wrong, the adapters are of a kind that is
   *     not supported, or the base that they name is not there
   */
  public static AdapterFolder open(Path folder) {
    ConfigJson config = ConfigJson.read(folder.resolve(CONFIG_FILE));
    requireSupported(config);
    Path base = base(folder, config);
    LoraSpec spec;
    try {
      spec =
          new LoraSpec(
              config.requiredInt("r"),
              config.requiredDecimal("lora_alpha"),
              config.decimal("lora_dropout", 0),
              targets(config));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(folder.resolve(CONFIG_FILE) + ": " + e.getMessage(), e);
    }
    if (!spec.enabled()) {
      throw config.wrong("r is 0, expected at least 1");
    }
    return new AdapterFolder(folder, base, spec, Safetensors.open(folder.resolve(WEIGHTS_FILE)));
  }

  private static void requireSupported(ConfigJson config) {
    String type = config.text("peft_type").orElse("missing");
    if (!type.equals("LORA")) {
      throw config.unsupported("peft_type is " + type + ", expected LORA");
    }
    for (String key : List.of("use_dora", "use_rslora", "fan_in_fan_out")) {
      if (config.bool(key, false)) {
        throw config.unsupported(key + " is true");
      }
    }
    String bias = config.text("bias").orElse("none");
    if (!bias.equals("none")) {
      throw config.unsupported("bias is " + bias + ", expected none");
    }
    for (String key :
        List.of(
            "rank_pattern",
            "alpha_pattern",
            "modules_to_save",
            "layers_to_transform",
            "target_parameters",
            "trainable_token_indices")) {
      Optional<JsonNode> node = config.node(key);
      if (node.isPresent() && !node.get().isEmpty()) {
        throw config.unsupported(key + " is " + ConfigJson.shown(node.get()));
      }
    }
  }

  private static List<String> targets(ConfigJson config) {
    JsonNode targets =
        config.node("target_modules").orElseThrow(() -> config.wrong("target_modules is missing"));
    if (targets.isString() && targets.stringValue().equals("all-linear")) {
      return LoraSpec.ALL_LINEAR;
    }
    List<String> names = new ArrayList<>();
    for (JsonNode name : targets.isArray() ? targets.values() : List.<JsonNode>of()) {
      names.add(name.isString() ? name.stringValue() : name.toString());
    }
    if (names.isEmpty()) {
      throw config.unsupported(
          "target_modules is " + ConfigJson.shown(targets) + ", expected a list of names");
    }
    return names;
  }

  private static Path base(Path folder, ConfigJson config) {
    String name =
        config
            .text("base_model_name_or_path")
            .orElseThrow(() -> config.wrong("base_model_name_or_path is missing"));
    Path given = Path.of(name);
    Path base = given.isAbsolute() ? given : folder.resolve(given);
    for (Path candidate : List.of(base, given)) {
      if (Files.exists(candidate.resolve(ModelConfig.CONFIG_FILE))) {
        return candidate.toAbsolutePath().normalize();
      }
    }
    throw config.wrong(
        "base_model_name_or_path is %s, but there is no checkpoint; write the folder of the model that the adapters belong to"
            .formatted(SafetensorsHeader.show(name)));
  }

  /**
   * Checks that the adapters belong to a model.
   *
   * @param folder of the model
   * @param fingerprint of the model, see {@link #fingerprint}
   * @throws CheckpointException naming what does not fit
   */
  public void requireFits(ModelConfig model, Path folder, String fingerprint) {
    List<String> problems = new ArrayList<>();
    Map<String, List<Long>> expected = AdapterTensors.of(model, spec).shapes();
    expected.forEach(
        (name, shape) ->
            weights
                .tensor(name)
                .ifPresentOrElse(
                    tensor -> {
                      if (!tensor.shape().equals(shape) || !tensor.dtype().isFloat()) {
                        problems.add(
                            "tensor %s is %s %s, expected %s of a floating-point type"
                                .formatted(name, tensor.dtype(), tensor.shape(), shape));
                      }
                    },
                    () -> problems.add("tensor " + name + " " + shape + " is missing")));
    weights
        .tensors()
        .keySet()
        .forEach(
            name -> {
              if (!expected.containsKey(name)) {
                problems.add(
                    "tensor %s has no place in the model".formatted(SafetensorsHeader.show(name)));
              }
            });
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          "%s: the adapters do not fit the model in %s: %s"
              .formatted(path.resolve(WEIGHTS_FILE), folder, Problems.summary(problems)));
    }
    String trainedOn = weights.metadata().getOrDefault(FINGERPRINT, fingerprint);
    if (!trainedOn.equals(fingerprint)) {
      throw new CheckpointException(
          "%s: the adapters were trained on another model than the one in %s: its fingerprint is %s, expected %s; name their own model as base_model_name_or_path in %s"
              .formatted(path.resolve(WEIGHTS_FILE), folder, fingerprint, trainedOn, CONFIG_FILE));
    }
  }

  /**
   * Writes adapters that appear whole or not at all, replacing what was there.
   *
   * @param target the folder
   * @param base the folder of their model
   * @param fingerprint of the model
   * @param tensors under PEFT's names
   * @param extras writes more files, such as the optimizer's state, into the folder
   */
  public static void write(
      Path target,
      LoraSpec spec,
      Path base,
      String fingerprint,
      Collection<TensorToWrite> tensors,
      AtomicFolder.Content extras) {
    AtomicFolder.write(
        target,
        folder -> {
          JsonFile.write(folder.resolve(CONFIG_FILE), config(spec, base));
          CheckpointFolder.copyFiles(base, folder);
          SafetensorsWriter.write(
              folder.resolve(WEIGHTS_FILE), tensors, Map.of(FINGERPRINT, fingerprint));
          extras.writeInto(folder);
        });
  }

  private static Map<String, Object> config(LoraSpec spec, Path base) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("base_model_name_or_path", base.toAbsolutePath().normalize().toString());
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

  /**
   * What tells a model's weights from others': a hash over names, types, shapes and the ends of all
   * tensors, which takes milliseconds where a hash of all bytes takes many seconds.
   */
  public static String fingerprint(CheckpointFolder model) {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    model
        .weights()
        .tensors()
        .values()
        .forEach(
            tensor -> {
              String head = tensor.name() + " " + tensor.dtype() + " " + tensor.shape() + "\n";
              told.writeBytes(head.getBytes(StandardCharsets.UTF_8));
              MemorySegment data = tensor.data();
              long end = Math.min(END_BYTES, data.byteSize());
              told.writeBytes(data.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE));
              told.writeBytes(
                  data.asSlice(data.byteSize() - end, end).toArray(ValueLayout.JAVA_BYTE));
            });
    return Hashes.sha256(told.toByteArray());
  }

  /** Where the adapters lie. */
  public Path path() {
    return path;
  }

  /** The folder of their model. */
  public Path base() {
    return base;
  }

  /** How they are made. */
  public LoraSpec spec() {
    return spec;
  }

  /** Their tensors; valid until this is closed. */
  public Safetensors weights() {
    return weights;
  }

  @Override
  public void close() {
    weights.close();
  }
}
