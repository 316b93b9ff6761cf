package toolr0.torch.checkpoint;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import toolr0.base.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes a checkpoint's JSON files. */
final class JsonFile {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .defaultPrettyPrinter(
              new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")))
          .build();

  private JsonFile() {}

  /**
   * The object in a file.
   *
   * @throws CheckpointException if the file is missing, or holds anything but one JSON object
   */
  static JsonNode read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new CheckpointException(
          file + ": no such file; give the folder of a Hugging Face checkpoint", e);
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file + ": is not UTF-8 text", e);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new CheckpointException(
          "%s: line %d: not valid JSON: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  SafetensorsHeader.show(Json.problem(e))),
          e);
    }
    if (!root.isObject()) {
      throw new CheckpointException(file + ": expected a JSON object");
    }
    return root;
  }

  /** Writes an object, a map with sorted keys. */
  static void write(Path file, Object content) {
    try {
      byte[] text = (JSON.writeValueAsString(content) + "\n").getBytes(StandardCharsets.UTF_8);
      Files.write(file, text);
      AtomicFolder.sync(file);
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
