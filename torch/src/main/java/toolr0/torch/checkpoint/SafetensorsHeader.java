package toolr0.torch.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toolr0.base.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The checked header of a safetensors file: the tensors fill the data part without gap or overlap.
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {

  /** The longest header that is read, in bytes: room for about 200,000 tensors in one file. */
  static final long MAX_BYTES = 25_000_000;

  /** The most dimensions of a tensor; libtorch has the same bound. */
  private static final int MAX_RANK = 64;

  private static final String METADATA = "__metadata__";
  private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");
  private static final String REMEDY = "; the file is damaged: copy or download it again";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** One tensor: offsets are bytes from the start of the data part, {@code end} exclusive. */
  record Entry(DType dtype, List<Long> shape, long begin, long end) {}

  SafetensorsHeader {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    metadata = Map.copyOf(metadata);
  }

  /**
   * Reads and checks a header.
   *
   * @param file named in errors
   * @param json the header's bytes
   * @param dataBytes size of the part of the file behind the header
   */
  static SafetensorsHeader parse(Path file, byte[] json, long dataBytes) {
    if (json.length == 0 || json[0] != '{') {
      throw new SafetensorsException(file, "the header does not start with '{'" + REMEDY);
    }
    JsonNode root = readJson(file, json);
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = Map.of();
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (property.getKey().equals(METADATA)) {
        metadata = readMetadata(file, property.getValue());
      } else {
        entries.put(property.getKey(), readEntry(file, property.getKey(), property.getValue()));
      }
    }
    checkLayout(file, entries, dataBytes);
    return new SafetensorsHeader(entries, metadata);
  }

  private static JsonNode readJson(Path file, byte[] json) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw new SafetensorsException(file, "the header is not UTF-8" + REMEDY, e);
    }
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JacksonException e) {
      throw new SafetensorsException(
          file, "the header is not valid JSON (" + show(Json.problem(e)) + ")" + REMEDY, e);
    }
    if (!root.isObject()) {
      throw new SafetensorsException(file, "the header is not a JSON object" + REMEDY);
    }
    return root;
  }

  private static Map<String, String> readMetadata(Path file, JsonNode node) {
    if (!node.isObject()) {
      throw new SafetensorsException(file, METADATA + " is not an object" + REMEDY);
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      if (!property.getValue().isString()) {
        throw new SafetensorsException(
            file, METADATA + " key " + show(property.getKey()) + " is not a string" + REMEDY);
      }
      metadata.put(property.getKey(), property.getValue().stringValue());
    }
    return metadata;
  }

  private static Entry readEntry(Path file, String name, JsonNode node) {
    if (!node.isObject()) {
      throw problem(file, name, "expected an object with dtype, shape and data_offsets");
    }
    for (String key : node.propertyNames()) {
      if (!FIELDS.contains(key)) {
        throw problem(file, name, "unknown field " + show(key));
      }
    }
    DType dtype = readDType(file, name, node);
    List<Long> shape = readLongs(file, name, "shape", node);
    List<Long> offsets = readLongs(file, name, "data_offsets", node);
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw problem(file, name, "data_offsets are " + offsets + ", expected [begin, end]");
    }
    long size = dtype.bytes();
    try {
      for (long dimension : shape) {
        size = Math.multiplyExact(size, dimension);
      }
    } catch (ArithmeticException e) {
      throw problem(file, name, "shape " + shape + " is larger than any file");
    }
    long found = offsets.get(1) - offsets.get(0);
    if (found != size) {
      throw problem(
          file,
          name,
          "shape %s of %s needs %d bytes, but data_offsets %s span %d"
              .formatted(shape, dtype, size, offsets, found));
    }
    return new Entry(dtype, shape, offsets.get(0), offsets.get(1));
  }

  private static DType readDType(Path file, String name, JsonNode node) {
    Optional<JsonNode> field = node.optional("dtype");
    if (field.isEmpty() || !field.get().isString()) {
      throw problem(file, name, "dtype is missing or not a string");
    }
    String found = field.get().stringValue();
    return DType.ofHeader(found)
        .orElseThrow(
            () ->
                new SafetensorsException(
                    file,
                    "tensor %s has dtype %s, expected one of %s"
                        .formatted(
                            show(name),
                            show(found),
                            Stream.of(DType.values())
                                .map(DType::name)
                                .collect(Collectors.joining(", ")))));
  }

  private static List<Long> readLongs(Path file, String name, String key, JsonNode node) {
    Optional<JsonNode> field = node.optional(key);
    if (field.isEmpty() || !field.get().isArray()) {
      throw problem(file, name, key + " is missing or not a list");
    }
    if (field.get().size() > MAX_RANK) {
      throw problem(
          file,
          name,
          "%s has %d numbers, expected at most %d".formatted(key, field.get().size(), MAX_RANK));
    }
    List<Long> values = new ArrayList<>();
    for (JsonNode value : field.get().values()) {
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw problem(
            file, name, key + " holds " + show(value.toString()) + ", expected integers from 0");
      }
      values.add(value.longValue());
    }
    return List.copyOf(values);
  }

  private static void checkLayout(Path file, Map<String, Entry> entries, long dataBytes) {
    List<Map.Entry<String, Entry>> byOffset = new ArrayList<>(entries.entrySet());
    byOffset.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long position = 0;
    for (Map.Entry<String, Entry> item : byOffset) {
      Entry entry = item.getValue();
      if (entry.end() > dataBytes) {
        throw new SafetensorsException(
            file,
            ("tensor %s ends at byte %d of the data, but the file holds %d bytes of data;"
                    + " the file is cut short: copy or download it again")
                .formatted(show(item.getKey()), entry.end(), dataBytes));
      }
      if (entry.begin() != position) {
        String what = entry.begin() < position ? "overlaps the tensor before it" : "leaves a gap";
        throw problem(
            file,
            item.getKey(),
            "%s: it starts at byte %d, expected %d".formatted(what, entry.begin(), position));
      }
      position = entry.end();
    }
    if (position != dataBytes) {
      throw new SafetensorsException(
          file,
          "the tensors take %d bytes, but the file holds %d bytes of data%s"
              .formatted(position, dataBytes, REMEDY));
    }
  }

  private static SafetensorsException problem(Path file, String tensor, String problem) {
    return new SafetensorsException(file, "tensor " + show(tensor) + ": " + problem + REMEDY);
  }

  /**
   * A text from the file made fit for a message: short, on one line, without control characters.
   */
  static String show(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length() && i < 120; i++) {
      char c = text.charAt(i);
      shown.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return text.length() > 120 ? shown + "..." : shown.toString();
  }
}
