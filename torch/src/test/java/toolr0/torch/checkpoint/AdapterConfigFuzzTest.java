package toolr0.torch.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;

/** Whatever an adapter_config.json holds, it is read or refused with the file's name. */
class AdapterConfigFuzzTest {
  private static final List<String> PIECES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "3",
          "1e999",
          "99999999999",
          "\"\"",
          "\"all\"",
          "\"\\u0000\"",
          "[]",
          "{}",
          "[3]",
          "{\"a\": 1}",
          "\"gaussian\"",
          "\"pissa\"");

  @ParameterizedTest
  @CsvSource({
    "valid.json, true",
    "empty, false",
    "cut.json, false",
    "deep.json, false",
    "list.json, false",
    "layer-number.json, false",
    "alora.json, false",
    "nul-in-path.json, false",
    "rank-pattern-text.json, false",
    "pissa.json, false"
  })
  void keptInputsAreReadOrRefused(String name, boolean isRead) throws IOException {
    try (InputStream input =
        Objects.requireNonNull(
            AdapterConfigFuzzTest.class.getResourceAsStream(
                "AdapterConfigFuzzTestInputs/" + name))) {
      assertThat(read(input.readAllBytes())).isEqualTo(isRead);
    }
  }

  @Test
  void changedValuesAreReadOrRefused() {
    String valid = Json.compact(Json.parse(valid()));
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      List<Integer> colons = new ArrayList<>();
      for (int i = valid.indexOf(':'); i >= 0; i = valid.indexOf(':', i + 1)) {
        colons.add(i);
      }
      int from = colons.get(random.nextInt(colons.size())) + 1;
      int to = Math.max(from, valid.indexOf(',', from));
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      String changed = valid.substring(0, from) + piece + valid.substring(to);
      refused += read(changed.getBytes(StandardCharsets.UTF_8)) ? 0 : 1;
    }
    assertThat(read(valid.getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(refused).isBetween(500, 1900);
  }

  private static String valid() {
    return """
        {"base_model_name_or_path": "base", "peft_type": "LORA", "r": 4, "lora_alpha": 8,
         "lora_dropout": 0.1, "target_modules": ["q_proj", "v_proj"], "bias": "none",
         "init_lora_weights": true, "use_dora": false, "layers_to_transform": null,
         "rank_pattern": {}, "alora_invocation_tokens": null, "task_type": "CAUSAL_LM"}
        """;
  }

  private static boolean read(byte[] data) {
    try {
      Path file = Files.createTempFile("adapter_config", ".json");
      try {
        Files.write(file, data);
        AdapterConfig config = AdapterConfig.read(file);
        assertThat(config.spec().enabled()).isTrue();
        return true;
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining(file.toString());
        assertThat(e.toString().length()).isLessThan(3000);
        return false;
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
