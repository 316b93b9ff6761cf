package toolr0.torch.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a checkpoint's folder holds beside the weights, as it was when it was read. A model is saved
 * with it whatever has become of the folder since: a run deletes the checkpoint that it went on
 * from as soon as there is a newer one.
 */
public final class SideFiles {
  private static final List<String> COPIED =
      List.of(
          CheckpointFolder.TOKENIZER_FILE,
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          ModelConfig.GENERATION_FILE);

  /** A {@code config.json}, and what it says. */
  private record Configuration(ModelConfig config, ObjectNode json) {}

  private final Map<String, byte[]> files;
  private final Optional<Configuration> configuration;

  private SideFiles(Map<String, byte[]> files, Optional<Configuration> configuration) {
    this.files = files;
    this.configuration = configuration;
  }

  /**
   * Reads the tokenizer's and generation's files and {@code config.json}, as many as are there.
   *
   * @throws CheckpointException when one cannot be read
   */
  public static SideFiles read(Path folder) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : COPIED) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        try {
          files.put(name, Files.readAllBytes(file));
        } catch (IOException e) {
          throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
      }
    }
    return new SideFiles(files, configuration(folder));
  }

  private static Optional<Configuration> configuration(Path folder) {
    Path file = folder.resolve(ModelConfig.CONFIG_FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return JsonFile.read(file) instanceof ObjectNode json
          ? Optional.of(new Configuration(ModelConfig.read(folder), json))
          : Optional.empty();
    } catch (CheckpointException e) {
      return Optional.empty();
    }
  }

  /** The {@code config.json} with all its keys, where it describes this model. */
  Optional<ObjectNode> configuration(ModelConfig of) {
    return configuration.filter(c -> c.config().equals(of)).map(c -> c.json().deepCopy());
  }

  /** Writes the tokenizer's and generation's files. */
  void writeInto(Path folder) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
