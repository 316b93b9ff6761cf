package toolr0.torch.checkpoint;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import toolr0.base.Hashes;
import toolr0.policy.LoraSpec;

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

  /**
   * The folder of the whole weights: a checkpoint's own, or that of the base of adapters.
   *
   * @throws CheckpointException see {@link #open}
   */
  public static Path baseOf(Path folder) {
    if (!is(folder)) {
      return folder;
    }
    try (AdapterFolder adapters = open(folder)) {
      return adapters.base();
    }
  }

  /** Opens adapters whose base is where they say, or has moved together with them. */
  public static AdapterFolder open(Path folder) {
    return open(folder, List.of());
  }

  /**
   * Opens adapters.
   *
   * <p>Their base is the folder that they name. Where that is not there, or is another model now,
   * it is the first with their fingerprint among the given folders and those that lie to the
   * adapters as the named one would if both had been moved.
   *
   * @param others folders of models that may be the base
   * @throws CheckpointException if a file is missing or wrong, the adapters are of a kind that is
   *     not supported, or their base is not there
   */
  public static AdapterFolder open(Path folder, List<Path> others) {
    AdapterConfig config = AdapterConfig.read(folder.resolve(CONFIG_FILE));
    Safetensors weights = Safetensors.open(folder.resolve(WEIGHTS_FILE));
    try {
      Optional<String> trainedOn = Optional.ofNullable(weights.metadata().get(FINGERPRINT));
      return new AdapterFolder(
          folder, base(folder, config.base(), trainedOn, others), config.spec(), weights);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private static Path base(Path folder, Path named, Optional<String> trainedOn, List<Path> others) {
    List<Path> found =
        Stream.of(folder.resolve(named), named)
            .filter(AdapterFolder::holdsModel)
            .map(path -> path.toAbsolutePath().normalize())
            .toList();
    if (trainedOn.isPresent()) {
      Optional<Path> own =
          Stream.of(found.stream(), others.stream(), moved(folder, named))
              .flatMap(paths -> paths)
              .filter(AdapterFolder::holdsModel)
              .filter(path -> hasFingerprint(path, trainedOn.get()))
              .map(path -> path.toAbsolutePath().normalize())
              .findFirst();
      if (own.isPresent()) {
        return own.get();
      }
    }
    return found.stream()
        .findFirst()
        .orElseThrow(
            () ->
                new CheckpointException(
                    "%s: base_model_name_or_path is %s, but there is no checkpoint; put the model that the adapters belong to, or a link to it, there"
                        .formatted(
                            folder.resolve(CONFIG_FILE),
                            SafetensorsHeader.show(named.toString()))));
  }

  /** Every end of a path below every folder that the adapters lie in, the nearest folders first. */
  private static Stream<Path> moved(Path folder, Path named) {
    int names = named.getNameCount();
    List<Path> paths = new ArrayList<>();
    for (Path above = folder.toAbsolutePath().normalize();
        above != null;
        above = above.getParent()) {
      for (int from = 0; from < names; from++) {
        paths.add(above.resolve(named.subpath(from, names)));
      }
    }
    return paths.stream();
  }

  private static boolean holdsModel(Path folder) {
    return Files.exists(folder.resolve(ModelConfig.CONFIG_FILE));
  }

  private static boolean hasFingerprint(Path folder, String wanted) {
    try (CheckpointFolder model = CheckpointFolder.openWeights(folder)) {
      return fingerprint(model).equals(wanted);
    } catch (CheckpointException e) {
      return false;
    }
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
          "%s: the adapters were trained on another model than the one in %s: its fingerprint is %s, expected %s; put their own model, or a link to it, there"
              .formatted(path.resolve(WEIGHTS_FILE), folder, fingerprint, trainedOn));
    }
  }

  /**
   * What settings ask for and these adapters are not; empty when training can go on with them.
   * Dropout is no part of them.
   */
  public Optional<String> conflict(LoraSpec wanted) {
    if (!wanted.enabled()) {
      return Optional.of(
          "%s holds adapters, but lora_r is 0, which trains all weights: set lora_r to %d, or start from a whole checkpoint"
              .formatted(path, spec.r()));
    }
    if (wanted.withDropout(0).equals(spec.withDropout(0))) {
      return Optional.empty();
    }
    return Optional.of(
        "%s holds adapters with lora_r %d, lora_alpha %s, lora_target_modules %s, but the configuration asks for %d, %s, %s: make them the same"
            .formatted(
                path,
                spec.r(),
                spec.alpha(),
                spec.targetModules(),
                wanted.r(),
                wanted.alpha(),
                wanted.targetModules()));
  }

  /**
   * Writes adapters that appear whole or not at all, replacing what was there.
   *
   * @param target the folder
   * @param base the folder of their model
   * @param beside the model's tokenizer and generation files
   * @param fingerprint of the model
   * @param tensors under PEFT's names
   * @param extras writes more files, such as the optimizer's state, into the folder
   */
  public static void write(
      Path target,
      LoraSpec spec,
      Path base,
      SideFiles beside,
      String fingerprint,
      Collection<TensorToWrite> tensors,
      AtomicFolder.Content extras) {
    AtomicFolder.write(
        target,
        folder -> {
          JsonFile.write(
              folder.resolve(CONFIG_FILE),
              new AdapterConfig(spec, base.toAbsolutePath().normalize()).toMap());
          beside.writeInto(folder);
          SafetensorsWriter.write(
              folder.resolve(WEIGHTS_FILE), tensors, Map.of(FINGERPRINT, fingerprint));
          extras.writeInto(folder);
        });
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
