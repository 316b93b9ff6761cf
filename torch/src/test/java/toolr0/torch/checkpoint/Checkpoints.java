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
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Small checkpoints and hand-made safetensors files. */
final class Checkpoints {

  private Checkpoints() {}

  static ModelConfig config(boolean tied) {
    return new ModelConfig(
        new ModelFamily.Qwen2(),
        11,
        8,
        12,
        2,
        4,
        2,
        2,
        1e-6,
        Rope.of(10_000),
        64,
        tied,
        0.02,
        OptionalInt.of(1),
        List.of(2, 3),
        OptionalInt.empty(),
        1);
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
    SafetensorsWriter.write(folder.resolve(Safetensors.SINGLE_FILE), weights(config, 1), Map.of());
    return folder;
  }

  /** Writes weights as two shards with their index; gives the second shard. */
  static Path shard(Path folder, List<TensorToWrite> weights) throws IOException {
    List<TensorToWrite> first = weights.subList(0, weights.size() / 2);
    List<TensorToWrite> second = weights.subList(weights.size() / 2, weights.size());
    List<String> names = List.of("model-00001-of-00002", "model-00002-of-00002");
    SafetensorsWriter.write(folder.resolve(names.get(0) + ".safetensors"), first, Map.of());
    SafetensorsWriter.write(folder.resolve(names.get(1) + ".safetensors"), second, Map.of());
    Map<String, String> shards = new TreeMap<>();
    first.forEach(t -> shards.put(t.name(), names.get(0) + ".safetensors"));
    second.forEach(t -> shards.put(t.name(), names.get(1) + ".safetensors"));
    JsonFile.write(folder.resolve(Safetensors.INDEX_FILE), Map.of("weight_map", shards));
    return folder.resolve(names.get(1) + ".safetensors");
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
