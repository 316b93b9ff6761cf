package toolr0.torch.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Small checkpoints and hand-made safetensors files. */
final class Checkpoints {

  private Checkpoints() {}

  static ModelConfig config(boolean tied) {
    return new ModelConfig(
        11,
        8,
        12,
        2,
        4,
        2,
        2,
        1e-6,
        10_000,
        64,
        tied,
        0.02,
        OptionalInt.of(1),
        List.of(2, 3),
        OptionalInt.empty());
  }

  static List<TensorToWrite> weights(ModelConfig config, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TensorToWrite> weights = new ArrayList<>();
    config
        .tensorShapes()
        .forEach(
            (name, shape) -> {
              long count = shape.stream().reduce(1L, (a, b) -> a * b);
              float[] values = new float[(int) count];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-1, 1);
              }
              weights.add(TensorToWrite.of(name, shape, values));
            });
    return weights;
  }

  /** Writes a whole checkpoint with an empty tokenizer file. */
  static Path write(Path folder, ModelConfig config) throws IOException {
    Files.createDirectories(folder);
    config.write(folder, DType.F32);
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    SafetensorsWriter.write(
        folder.resolve(Safetensors.SINGLE_FILE), weights(config, 1), java.util.Map.of());
    return folder;
  }

  /** Writes a file with this header and this many bytes of data. */
  static Path file(Path file, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    return Files.write(file, bytes.array());
  }

  /** The length of a file's header, its own eight bytes left out. */
  static int headerLength(byte[] file) {
    return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  static String header(byte[] file) {
    byte[] json = Arrays.copyOfRange(file, 8, 8 + headerLength(file));
    return new String(json, StandardCharsets.UTF_8);
  }
}
