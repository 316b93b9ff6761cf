package toolr0.torch.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a file holds, reading it ends quickly, in tensors that lie inside the file or in a
 * SafetensorsException.
 */
class SafetensorsFuzzTest {

  private static final List<String> PIECES =
      List.of(
          "-1",
          "0",
          "1",
          "8",
          "9223372036854775807",
          "99999999999999999999",
          "1e9",
          "1e999",
          "null",
          "true",
          "[",
          "]",
          "{",
          "}",
          ",",
          ":",
          "\"",
          "\\u0000",
          "\\ud800",
          "[[[[",
          "\"shape\"",
          "\"dtype\"",
          "\"data_offsets\"",
          "\"__metadata__\"",
          "BF16",
          " ",
          "é");

  @TempDir Path folder;

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void mutatedHeadersAreReadOrRefused() throws IOException {
    byte[] valid = validFile();
    byte[] header = Checkpoints.header(valid).getBytes(StandardCharsets.UTF_8);
    long dataBytes = valid.length - 8L - header.length;
    SplittableRandom random = new SplittableRandom(20_260_101);
    int refused = 0;
    for (int round = 0; round < 10_000; round++) {
      byte[] mutated = mutate(header, random);
      try {
        SafetensorsHeader parsed =
            SafetensorsHeader.parse(Path.of("fuzz.safetensors"), mutated, dataBytes);
        assertThat(parsed.entries().values())
            .allMatch(e -> e.begin() >= 0 && e.begin() <= e.end() && e.end() <= dataBytes);
      } catch (SafetensorsException e) {
        refused++;
        assertThat(e).hasMessageStartingWith("fuzz.safetensors: ");
        assertThat(e.toString().length()).isLessThan(2000);
      }
    }
    assertThat(refused).isBetween(5_000, 10_000);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void mutatedFilesAreReadOrRefused() throws IOException {
    byte[] valid = validFile();
    Path file = folder.resolve("fuzz.safetensors");
    SplittableRandom random = new SplittableRandom(7);
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      byte[] mutated = mutate(valid, random);
      Files.write(file, mutated);
      try (Safetensors read = Safetensors.open(file)) {
        long bytes = read.tensors().values().stream().mapToLong(t -> t.data().byteSize()).sum();
        assertThat(bytes).isLessThanOrEqualTo(mutated.length);
      } catch (SafetensorsException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void hugeAndDeepHeadersAreRefusedQuickly() {
    Path file = Path.of("deep.safetensors");
    List<String> headers =
        List.of(
            "{\"x\":" + "[".repeat(5_000_000),
            "{\"x\":" + "{\"a\":".repeat(1_000_000),
            "{\"x\":" + "1".repeat(5_000_000) + "}",
            "{\"x\":{\"dtype\":\"F32\",\"shape\":["
                + "1,".repeat(5_000_000)
                + "1],\"data_offsets\":[0,8]}}",
            "{\"" + "x".repeat(5_000_000) + "\":1}");
    for (String header : headers) {
      try {
        SafetensorsHeader.parse(file, header.getBytes(StandardCharsets.UTF_8), 8);
        throw new AssertionError("accepted: " + header.substring(0, 40));
      } catch (SafetensorsException e) {
        assertThat(e).hasMessageStartingWith("deep.safetensors: ");
        assertThat(e.toString().length()).isLessThan(2000);
      }
    }
  }

  private byte[] validFile() throws IOException {
    Path file = folder.resolve("valid.safetensors");
    SafetensorsWriter.write(
        file,
        List.of(
            TensorToWrite.of("a.weight", List.of(2L, 3L), new float[6]),
            TensorToWrite.of("b.bias", List.of(4L), new float[4]),
            TensorToWrite.of("scalar", List.of(), new float[1])),
        Map.of("k", "v"));
    return Files.readAllBytes(file);
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    byte[] bytes = valid.clone();
    for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
      int at = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, at + random.nextInt(12));
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> flip(bytes, at, 1 << random.nextInt(8));
            case 1 -> flip(bytes, at, random.nextInt(256));
            case 2 -> splice(bytes, at, to, new byte[0]);
            case 3 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            default -> splice(bytes, at, to, piece(random));
          };
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] piece(SplittableRandom random) {
    return PIECES.get(random.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] flip(byte[] bytes, int at, int mask) {
    bytes[at] ^= (byte) mask;
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, byte[] insert) {
    byte[] result = new byte[bytes.length - (to - from) + insert.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(insert, 0, result, from, insert.length);
    System.arraycopy(bytes, to, result, from + insert.length, bytes.length - to);
    return result;
  }
}
