package toolr0.torch.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file taken apart.
 *
 * @param metadata its keys in order, whole numbers as Integer
 * @param tensors by name in order
 */
record GgufFile(Map<String, Object> metadata, Map<String, Tensor> tensors) {

  /**
   * A tensor.
   *
   * @param type ggml's number
   * @param innermostFirst dimensions as the file has them
   * @param bytes from where the tensor begins to the end of the file
   */
  record Tensor(int type, List<Long> innermostFirst, ByteBuffer bytes) {
    /** The elements of an fp32 tensor. */
    float[] floats() {
      long count = innermostFirst.stream().reduce(1L, (a, b) -> a * b);
      float[] values = new float[Math.toIntExact(count)];
      bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }

    /** The elements of a tensor of 16 bits, as they are. */
    short[] shorts() {
      long count = innermostFirst.stream().reduce(1L, (a, b) -> a * b);
      short[] values = new short[Math.toIntExact(count)];
      bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
      return values;
    }
  }

  /** The tensor of a name. */
  Tensor tensor(String name) {
    return Optional.ofNullable(tensors.get(name))
        .orElseThrow(() -> new IllegalArgumentException("there is no tensor " + name));
  }

  static GgufFile read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt() != 0x46554747 || in.getInt() != 3) {
      throw new IOException(file + ": no GGUF file of version 3");
    }
    long tensorCount = in.getLong();
    long entries = in.getLong();
    Map<String, Object> metadata = new LinkedHashMap<>();
    for (long i = 0; i < entries; i++) {
      String key = text(in);
      if (metadata.put(key, value(in, in.getInt())) != null) {
        throw new IOException(file + ": the key " + key + " comes twice");
      }
    }
    record Entry(String name, int type, List<Long> shape, long offset) {}
    List<Entry> list = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      String name = text(in);
      List<Long> shape = new ArrayList<>();
      for (int d = in.getInt(); d > 0; d--) {
        shape.add(in.getLong());
      }
      list.add(new Entry(name, in.getInt(), shape, in.getLong()));
    }
    int data = (in.position() + 31) / 32 * 32;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Entry entry : list) {
      if (entry.offset() % 32 != 0) {
        throw new IOException(file + ": " + entry.name() + " is not aligned");
      }
      int begin = Math.toIntExact(data + entry.offset());
      tensors.put(
          entry.name(),
          new Tensor(entry.type(), entry.shape(), in.slice(begin, in.limit() - begin)));
    }
    return new GgufFile(metadata, tensors);
  }

  private static Object value(ByteBuffer in, int type) throws IOException {
    return switch (type) {
      case 4, 5 -> in.getInt();
      case 6 -> in.getFloat();
      case 7 -> in.get() != 0;
      case 8 -> text(in);
      case 9 -> {
        int element = in.getInt();
        long length = in.getLong();
        List<Object> values = new ArrayList<>();
        for (long i = 0; i < length; i++) {
          values.add(value(in, element));
        }
        yield values;
      }
      default -> throw new IOException("type " + type + " of a value");
    };
  }

  private static String text(ByteBuffer in) {
    byte[] utf8 = new byte[Math.toIntExact(in.getLong())];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
