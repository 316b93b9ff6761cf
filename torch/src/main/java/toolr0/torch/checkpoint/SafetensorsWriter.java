package toolr0.torch.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes safetensors files. The bytes depend on the tensors alone: wide element types come first,
 * then names in order, and the header is padded to a multiple of 8, so that every tensor is aligned
 * to its element.
 */
public final class SafetensorsWriter {

  private static final Logger LOG = LoggerFactory.getLogger(SafetensorsWriter.class);
  private static final int CHUNK = 4 << 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Where bytes go; a test puts a full disk here. */
  @FunctionalInterface
  interface Output {
    void write(FileChannel channel, ByteBuffer bytes) throws IOException;
  }

  private SafetensorsWriter() {}

  /**
   * Writes a file under a temporary name beside it, forces it to the disk and renames it.
   *
   * @param file the target; replaced if it exists
   * @param tensors what to write, one in memory at a time
   * @param metadata goes into {@code __metadata__} beside {@code "format": "pt"}
   * @throws CheckpointException if the disk is full or writing fails; the temporary file is then
   *     removed and an existing target is untouched
   */
  public static void write(
      Path file, Collection<TensorToWrite> tensors, Map<String, String> metadata) {
    write(file, tensors, metadata, SafetensorsWriter::writeFully);
  }

  static void write(
      Path file, Collection<TensorToWrite> tensors, Map<String, String> metadata, Output output) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new CheckpointException("safetensors files are written on little-endian machines only");
    }
    List<TensorToWrite> ordered = ordered(file, tensors);
    byte[] header = header(ordered, metadata);
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    boolean done = false;
    try {
      writeTemporary(temporary, ordered, header, output);
      rename(temporary, file);
      AtomicFolder.sync(AtomicFolder.parent(file));
      done = true;
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw failure(file, header.length + bytes(ordered), e);
    } finally {
      if (!done) {
        deleteQuietly(temporary);
      }
    }
  }

  private static void writeTemporary(
      Path temporary, List<TensorToWrite> tensors, byte[] header, Output output)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      output.write(channel, ByteBuffer.wrap(header));
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      MemorySegment chunkSegment = MemorySegment.ofBuffer(chunk);
      for (TensorToWrite tensor : tensors) {
        MemorySegment data = tensor.data().get();
        if (data.byteSize() != tensor.byteSize()) {
          throw new IllegalArgumentException(
              "tensor %s: shape %s of %s needs %d bytes, the data has %d"
                  .formatted(
                      tensor.name(),
                      tensor.shape(),
                      tensor.dtype(),
                      tensor.byteSize(),
                      data.byteSize()));
        }
        for (long offset = 0; offset < data.byteSize(); offset += CHUNK) {
          int count = (int) Math.min(CHUNK, data.byteSize() - offset);
          MemorySegment.copy(data, offset, chunkSegment, 0, count);
          output.write(channel, chunk.duplicate().limit(count));
        }
      }
      channel.force(true);
    }
  }

  private static List<TensorToWrite> ordered(Path file, Collection<TensorToWrite> tensors) {
    Set<String> names = new HashSet<>();
    for (TensorToWrite tensor : tensors) {
      if (!names.add(tensor.name()) || tensor.name().equals("__metadata__")) {
        throw new IllegalArgumentException(file + ": tensor name used twice: " + tensor.name());
      }
    }
    List<TensorToWrite> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparingInt((TensorToWrite t) -> -t.dtype().bytes())
            .thenComparing(TensorToWrite::name));
    return ordered;
  }

  private static byte[] header(List<TensorToWrite> tensors, Map<String, String> metadata) {
    Map<String, String> allMetadata = new TreeMap<>(metadata);
    allMetadata.put("format", "pt");
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("__metadata__", allMetadata);
    long offset = 0;
    for (TensorToWrite tensor : tensors) {
      long end = offset + tensor.byteSize();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.dtype().name());
      entry.put("shape", tensor.shape());
      entry.put("data_offsets", List.of(offset, end));
      root.put(tensor.name(), entry);
      offset = end;
    }
    byte[] json = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + 7) / 8 * 8;
    byte[] header = new byte[8 + padded];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    return header;
  }

  private static long bytes(List<TensorToWrite> tensors) {
    return tensors.stream().mapToLong(TensorToWrite::byteSize).sum();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static CheckpointWriteException failure(Path file, long needed, IOException cause) {
    String free;
    try {
      free = mebibytes(Files.getFileStore(AtomicFolder.parent(file)).getUsableSpace());
    } catch (IOException | RuntimeException e) {
      free = "an unknown number of";
    }
    return new CheckpointWriteException(
        ("%s: cannot be written: %s; it needs %s MiB and the disk has %s MiB free;"
                + " what was there before is unchanged: make room or choose another folder")
            .formatted(file, cause.getMessage(), mebibytes(needed), free),
        cause);
  }

  private static String mebibytes(long bytes) {
    return Long.toString((bytes + (1 << 20) - 1) >> 20);
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", file, e.getMessage());
    }
  }
}
