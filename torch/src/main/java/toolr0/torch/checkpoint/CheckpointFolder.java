package toolr0.torch.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * An open checkpoint in Hugging Face layout: configuration, weights that fit it, and the
 * tokenizer's files.
 */
public final class CheckpointFolder implements AutoCloseable {

  /** The tokenizer's vocabulary and rules. */
  public static final String TOKENIZER_FILE = "tokenizer.json";

  private final Path path;
  private final ModelConfig config;
  private final Safetensors weights;

  private CheckpointFolder(Path path, ModelConfig config, Safetensors weights) {
    this.path = path;
    this.config = config;
    this.weights = weights;
  }

  /**
   * Opens a checkpoint and checks that configuration, weights and tokenizer are there and fit each
   * other. A write that a kill cut off is ended first.
   *
   * @throws CheckpointException naming file, tensor, expected and found
   */
  public static CheckpointFolder open(Path folder) {
    CheckpointFolder checkpoint = openWeights(folder);
    if (!Files.exists(checkpoint.tokenizerFile())) {
      checkpoint.close();
      throw new CheckpointException(
          checkpoint.tokenizerFile()
              + ": no such file; copy the tokenizer's files of the checkpoint into this folder");
    }
    return checkpoint;
  }

  /** Opens a checkpoint whose tokenizer is not needed; see {@link #open}. */
  public static CheckpointFolder openWeights(Path folder) {
    AtomicFolder.recover(folder);
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder + ": no such folder; give the folder of a Hugging Face checkpoint");
    }
    ModelConfig config = ModelConfig.read(folder);
    Safetensors weights = Safetensors.openFolder(folder);
    List<String> problems = problems(config, weights);
    if (!problems.isEmpty()) {
      weights.close();
      throw new CheckpointException(
          "%s: the weights do not fit %s: %s; copy both from one checkpoint"
              .formatted(folder, ModelConfig.CONFIG_FILE, Problems.summary(problems)));
    }
    return new CheckpointFolder(folder, config, weights);
  }

  private static List<String> problems(ModelConfig config, Safetensors weights) {
    Map<String, List<Long>> expected = config.tensorShapes();
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (name, shape) ->
            weights
                .tensor(name)
                .ifPresentOrElse(
                    tensor -> {
                      String where = "tensor " + name + " in " + tensor.file().getFileName();
                      if (!tensor.shape().equals(shape)) {
                        problems.add(
                            where + " has shape " + tensor.shape() + ", expected " + shape);
                      }
                      if (!tensor.dtype().isFloat()) {
                        problems.add(
                            where + " has dtype " + tensor.dtype() + ", expected F32, BF16 or F16");
                      }
                    },
                    () -> problems.add("tensor " + name + " " + shape + " is missing")));
    for (TensorInfo tensor : weights.tensors().values()) {
      if (!expected.containsKey(tensor.name()) && !config.tensors().ignores(tensor.name())) {
        problems.add(
            "tensor %s in %s is not part of the model"
                .formatted(SafetensorsHeader.show(tensor.name()), tensor.file().getFileName()));
      }
    }
    return problems;
  }

  /**
   * Writes a checkpoint that appears whole or not at all, replacing an old one.
   *
   * @param target the folder
   * @param config its configuration
   * @param weights its tensors, exactly those of {@link ModelConfig#tensorShapes}
   * @param beside the tokenizer and generation files, and the {@code config.json} that is kept, the
   *     type of the weights apart, if it describes the same model
   * @param extras writes more files, such as the optimizer's state, into the folder
   * @throws CheckpointException if writing fails; an old folder is then untouched
   */
  public static void write(
      Path target,
      ModelConfig config,
      Collection<TensorToWrite> weights,
      SideFiles beside,
      AtomicFolder.Content extras) {
    requireComplete(config, weights);
    AtomicFolder.write(
        target,
        folder -> {
          DType dtype = weights.iterator().next().dtype();
          ModelConfigWriter writer = new ModelConfigWriter(config);
          writer.writeConfig(folder, dtype, beside);
          beside.writeInto(folder);
          if (!Files.exists(folder.resolve(ModelConfig.GENERATION_FILE))) {
            writer.writeGeneration(folder);
          }
          SafetensorsWriter.write(folder.resolve(Safetensors.SINGLE_FILE), weights, Map.of());
          extras.writeInto(folder);
        });
  }

  private static void requireComplete(ModelConfig config, Collection<TensorToWrite> weights) {
    Map<String, List<Long>> expected = config.tensorShapes();
    for (TensorToWrite tensor : weights) {
      List<Long> shape = expected.remove(tensor.name());
      if (!tensor.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "tensor %s has shape %s, expected %s"
                .formatted(tensor.name(), tensor.shape(), shape == null ? "none" : shape));
      }
    }
    if (!expected.isEmpty()) {
      throw new IllegalArgumentException("tensors are missing: " + expected.keySet());
    }
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** The model's dimensions. */
  public ModelConfig config() {
    return config;
  }

  /** The weights; valid until this is closed. */
  public Safetensors weights() {
    return weights;
  }

  /** Where {@code tokenizer.json} is. */
  public Path tokenizerFile() {
    return path.resolve(TOKENIZER_FILE);
  }

  @Override
  public void close() {
    weights.close();
  }
}
