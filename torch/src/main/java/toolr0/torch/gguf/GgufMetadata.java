package toolr0.torch.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The keys of a GGUF file with their typed values, in the order in which they are put. */
final class GgufMetadata {
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Bytes bytes = new Bytes();
  private int entries;

  /** Little-endian bytes. */
  static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes raw(byte[] raw) {
      out.writeBytes(raw);
      return this;
    }

    Bytes int32(int value) {
      return raw(ordered(Integer.BYTES).putInt(value).array());
    }

    Bytes int64(long value) {
      return raw(ordered(Long.BYTES).putLong(value).array());
    }

    Bytes text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      return int64(utf8.length).raw(utf8);
    }

    int size() {
      return out.size();
    }

    byte[] toArray() {
      return out.toByteArray();
    }

    private static ByteBuffer ordered(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  GgufMetadata text(String key, String value) {
    put(key, STRING).text(value);
    return this;
  }

  /** A whole number of at least 0. */
  GgufMetadata uint32(String key, int value) {
    put(key, UINT32).int32(value);
    return this;
  }

  GgufMetadata float32(String key, double value) {
    put(key, FLOAT32).int32(Float.floatToRawIntBits((float) value));
    return this;
  }

  GgufMetadata bool(String key, boolean value) {
    put(key, BOOL).raw(new byte[] {(byte) (value ? 1 : 0)});
    return this;
  }

  GgufMetadata texts(String key, List<String> values) {
    array(key, STRING, values.size());
    values.forEach(bytes::text);
    return this;
  }

  GgufMetadata int32s(String key, int[] values) {
    array(key, INT32, values.length);
    for (int value : values) {
      bytes.int32(value);
    }
    return this;
  }

  private void array(String key, int type, int length) {
    put(key, ARRAY).int32(type).int64(length);
  }

  private Bytes put(String key, int type) {
    entries++;
    return bytes.text(key).int32(type);
  }

  /** Number of keys. */
  int entries() {
    return entries;
  }

  byte[] toArray() {
    return bytes.toArray();
  }
}
