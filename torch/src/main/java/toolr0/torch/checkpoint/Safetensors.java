package toolr0.torch.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tensors of one safetensors file, or of all shards of a folder, read through a memory map. Bytes
 * are paged in when they are touched; closing unmaps them, so whatever still points into {@link
 * TensorInfo#data()} must be gone by then.
 */
public final class Safetensors implements AutoCloseable {

  /** The name of the weights in a folder that is not sharded. */
  public static final String SINGLE_FILE = "model.safetensors";

  /** The name of a sharded folder's index. */
  public static final String INDEX_FILE = "model.safetensors.index.json";

  private final Arena arena;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> metadata;

  private Safetensors(Arena arena, Map<String, TensorInfo> tensors, Map<String, String> metadata) {
    this.arena = arena;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Map.copyOf(metadata);
  }

  /**
   * Opens one file.
   *
   * @throws SafetensorsException if the file is missing or not valid
   */
  public static Safetensors open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      Map<String, TensorInfo> tensors = new TreeMap<>();
      Map<String, String> metadata = map(file, arena, tensors);
      return new Safetensors(arena, tensors, metadata);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Opens the weights of a checkpoint folder: {@value #SINGLE_FILE}, or the shards that {@value
   * #INDEX_FILE} names.
   *
   * @throws CheckpointException if a file is missing or not valid, or index and shards disagree
   */
  public static Safetensors openFolder(Path folder) {
    Path single = folder.resolve(SINGLE_FILE);
    Path index = folder.resolve(INDEX_FILE);
    if (Files.exists(single)) {
      return open(single);
    }
    if (!Files.exists(index)) {
      throw new CheckpointException(
          "%s: neither %s nor %s is there; give the folder of a checkpoint with safetensors weights"
              .formatted(folder, SINGLE_FILE, INDEX_FILE));
    }
    return openShards(folder, index, ShardIndex.read(index));
  }

  private static Safetensors openShards(
      Path folder, Path index, Map<String, String> shardOfTensor) {
    Arena arena = Arena.ofShared();
    try {
      Map<String, TensorInfo> all = new TreeMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      for (String shard : new TreeSet<>(shardOfTensor.values())) {
        Path file = folder.resolve(shard);
        if (!Files.exists(file)) {
          throw new CheckpointException(
              "%s: shard %s is missing; %s names it: copy or download it again"
                  .formatted(folder, shard, index.getFileName()));
        }
        Map<String, TensorInfo> inShard = new TreeMap<>();
        metadata.putAll(map(file, arena, inShard));
        for (TensorInfo tensor : inShard.values()) {
          String expected = shardOfTensor.get(tensor.name());
          if (!shard.equals(expected)) {
            throw new CheckpointException(
                "%s: tensor %s is in %s, but the index %s; copy the index and all shards of one checkpoint"
                    .formatted(
                        index,
                        SafetensorsHeader.show(tensor.name()),
                        shard,
                        expected == null ? "does not list it" : "places it in " + expected));
          }
        }
        all.putAll(inShard);
      }
      for (Map.Entry<String, String> item : shardOfTensor.entrySet()) {
        if (!all.containsKey(item.getKey())) {
          throw new CheckpointException(
              "%s: tensor %s is listed for %s, but the shard does not hold it; copy the index and all shards of one checkpoint"
                  .formatted(index, SafetensorsHeader.show(item.getKey()), item.getValue()));
        }
      }
      return new Safetensors(arena, all, metadata);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static Map<String, String> map(Path file, Arena arena, Map<String, TensorInfo> tensors) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      byte[] json = readHeader(file, channel, size);
      long dataStart = 8L + json.length;
      SafetensorsHeader header = SafetensorsHeader.parse(file, json, size - dataStart);
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      header
          .entries()
          .forEach(
              (name, entry) -> {
                MemorySegment data =
                    mapped.asSlice(dataStart + entry.begin(), entry.end() - entry.begin());
                tensors.put(name, new TensorInfo(name, entry.dtype(), entry.shape(), data, file));
              });
      return header.metadata();
    } catch (NoSuchFileException e) {
      throw new SafetensorsException(file, "no such file", e);
    } catch (IOException e) {
      throw new SafetensorsException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] readHeader(Path file, FileChannel channel, long size) throws IOException {
    if (size < 8) {
      throw new SafetensorsException(
          file,
          "holds %d bytes, a safetensors file has at least 8; it is cut short or empty"
              .formatted(size));
    }
    long length = read(file, channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
      throw new SafetensorsException(
          file,
          ("the first 8 bytes give a header of %s bytes, expected at most %d;"
                  + " the file is damaged or no safetensors file")
              .formatted(Long.toUnsignedString(length), SafetensorsHeader.MAX_BYTES));
    }
    if (length > size - 8) {
      throw new SafetensorsException(
          file,
          ("the header has %d bytes, but only %d follow in the file;"
                  + " the file is cut short: copy or download it again")
              .formatted(length, size - 8));
    }
    return read(file, channel, 8, (int) length).array();
  }

  private static ByteBuffer read(Path file, FileChannel channel, long position, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new SafetensorsException(file, "ended while its header was read");
      }
    }
    return buffer.flip();
  }

  /** All tensors by name, in the order of names. */
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /** The tensor with a name. */
  public Optional<TensorInfo> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The file's {@code __metadata__}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
