package toolr0.torch.gguf;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.TensorToWrite;

/**
 * Writes GGUF files, version 3: the numbers of tensors and keys, the keys, a list of the tensors,
 * and their bytes, each at a multiple of 32.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the format</a>
 */
final class GgufWriter {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 3;
  private static final int ALIGNMENT = 32;
  private static final int CHUNK = 4 << 20;

  private GgufWriter() {}

  /** Writes a file that is not there yet; one tensor's bytes are asked for at a time. */
  static void write(Path file, GgufMetadata metadata, List<TensorToWrite> tensors)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] head = head(metadata, tensors);
      write(channel, ByteBuffer.wrap(head));
      pad(channel, head.length);
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      for (TensorToWrite tensor : tensors) {
        MemorySegment data = tensor.data().get();
        if (data.byteSize() != tensor.byteSize()) {
          throw new IllegalArgumentException(
              "tensor %s: its shape needs %d bytes, the data has %d"
                  .formatted(tensor.name(), tensor.byteSize(), data.byteSize()));
        }
        for (long from = 0; from < data.byteSize(); from += CHUNK) {
          int count = (int) Math.min(CHUNK, data.byteSize() - from);
          MemorySegment.copy(data, from, MemorySegment.ofBuffer(chunk), 0, count);
          write(channel, chunk.duplicate().limit(count));
        }
        pad(channel, data.byteSize());
      }
    }
  }

  private static byte[] head(GgufMetadata metadata, List<TensorToWrite> tensors) {
    GgufMetadata.Bytes head = new GgufMetadata.Bytes().raw(MAGIC).int32(VERSION);
    head.int64(tensors.size()).int64(metadata.entries()).raw(metadata.toArray());
    long offset = 0;
    for (TensorToWrite tensor : tensors) {
      head.text(tensor.name()).int32(tensor.shape().size());
      tensor.shape().reversed().forEach(head::int64);
      head.int32(type(tensor.dtype())).int64(offset);
      offset += tensor.byteSize() + padding(tensor.byteSize());
    }
    return head.toArray();
  }

  /** ggml's number of an element type. */
  private static int type(DType dtype) {
    return switch (dtype) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 30;
      case I64, I32, U8 -> throw new IllegalArgumentException("no weights: " + dtype);
    };
  }

  private static void pad(FileChannel channel, long written) throws IOException {
    write(channel, ByteBuffer.allocate(padding(written)));
  }

  private static int padding(long written) {
    return Math.floorMod(-written, ALIGNMENT);
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
