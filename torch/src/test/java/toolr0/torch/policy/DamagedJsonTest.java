package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;

/**
 * JSON of a checkpoint that ends too early: messages name the file, and no place that nobody has.
 */
final class DamagedJsonTest {
  @TempDir private Path folder;
  private Path checkpoint = Path.of("");

  @BeforeEach
  void writeACheckpoint() throws IOException {
    checkpoint = folder.resolve("checkpoint");
    try (LoadedModel model = TinyModel.trainable(folder, 3)) {
      model.save(checkpoint, extras -> {});
    }
  }

  private void assertRefused(Path file) {
    Throwable failure =
        catchThrowable(
            () -> LoadedModel.open(checkpoint, false, Compute.onCpu(Precision.FP32)).close());
    assertThat(failure)
        .isNotNull()
        .hasMessageContaining(file.toString())
        .hasMessageContaining("not valid JSON")
        .hasMessageNotContaining("Source")
        .hasMessageNotContaining("REDACTED");
  }

  @Test
  void theConfiguration() throws IOException {
    Path file = checkpoint.resolve("config.json");
    Files.writeString(file, "{\"hidden_size\": 24,");
    assertRefused(file);
  }

  @Test
  void theTokenizer() throws IOException {
    Path file = checkpoint.resolve("tokenizer.json");
    Files.writeString(file, "{\"model\": {\"vocab\": {");
    assertRefused(file);
  }

  @Test
  void theHeaderOfTheWeights() throws IOException {
    Path file = checkpoint.resolve(Safetensors.SINGLE_FILE);
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] start = "{\"a\": [".getBytes(StandardCharsets.UTF_8);
    Arrays.fill(bytes, 8, 8 + length, (byte) ' ');
    System.arraycopy(start, 0, bytes, 8, start.length);
    Files.write(file, bytes);
    assertRefused(file);
  }
}
