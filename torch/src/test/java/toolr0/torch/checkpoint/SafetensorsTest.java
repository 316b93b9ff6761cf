package toolr0.torch.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {

  @TempDir Path folder;

  @Test
  void everyTypeComesBackWithItsBytesShapeAndMetadata() {
    Path file = folder.resolve("all.safetensors");
    List<TensorToWrite> tensors =
        Stream.of(DType.values())
            .map(
                type ->
                    TensorToWrite.of(
                        "t." + type,
                        type,
                        List.of(3L, 1L),
                        bytes(3 * type.bytes(), type.name().charAt(0))))
            .toList();
    SafetensorsWriter.write(file, tensors, Map.of("step", "7"));
    try (Safetensors read = Safetensors.open(file)) {
      assertThat(read.metadata()).isEqualTo(Map.of("format", "pt", "step", "7"));
      assertThat(read.tensors()).hasSize(DType.values().length);
      for (DType type : DType.values()) {
        TensorInfo tensor = read.tensor("t." + type).orElseThrow();
        assertThat(tensor.dtype()).isEqualTo(type);
        assertThat(tensor.shape()).containsExactly(3L, 1L);
        assertThat(tensor.elements()).isEqualTo(3);
        assertThat(tensor.data().mismatch(bytes(3 * type.bytes(), type.name().charAt(0))))
            .isEqualTo(-1);
        assertThat(tensor.data().address() % type.bytes()).isZero();
      }
      assertThat(read.tensor("other")).isEmpty();
    }
  }

  private static MemorySegment bytes(int count, int first) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (first + 37 * i);
    }
    return MemorySegment.ofArray(bytes);
  }

  @Test
  void floatsAreWidenedExactly() {
    Path file = folder.resolve("f.safetensors");
    short[] bf16 = {(short) 0x3fc0, (short) 0xc000, (short) 0x7f80};
    short[] f16 = {
      Float.floatToFloat16(1.5f), Float.floatToFloat16(-2f), Float.floatToFloat16(6e-8f)
    };
    SafetensorsWriter.write(
        file,
        List.of(
            TensorToWrite.of("b", DType.BF16, List.of(3L), MemorySegment.ofArray(bf16)),
            TensorToWrite.of("h", DType.F16, List.of(3L), MemorySegment.ofArray(f16)),
            TensorToWrite.of("f", List.of(2L), new float[] {0.1f, -0f}),
            TensorToWrite.of("i", DType.I32, List.of(), MemorySegment.ofArray(new int[] {5}))),
        Map.of());
    try (Safetensors read = Safetensors.open(file)) {
      assertThat(floats(read, "b")).containsExactly(1.5f, -2f, Float.POSITIVE_INFINITY);
      assertThat(floats(read, "h")).containsExactly(1.5f, -2f, Float.float16ToFloat(f16[2]));
      assertThat(floats(read, "f")).containsExactly(0.1f, -0f);
      assertThat(read.tensor("i").orElseThrow().shape()).isEmpty();
      assertThatThrownBy(() -> floats(read, "i")).hasMessageContaining("tensor i has dtype I32");
    }
  }

  private static float[] floats(Safetensors file, String tensor) {
    TensorInfo found = file.tensor(tensor).orElseThrow();
    float[] values = new float[(int) found.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = found.toFloat(i);
    }
    return values;
  }

  @Test
  void theBytesDependOnTheTensorsAlone() throws IOException {
    ModelConfig config = Checkpoints.config(true);
    List<TensorToWrite> weights = Checkpoints.weights(config, 3);
    Path one = folder.resolve("one.safetensors");
    Path two = folder.resolve("two.safetensors");
    SafetensorsWriter.write(one, weights, Map.of("b", "2", "a", "1"));
    SafetensorsWriter.write(two, weights.reversed(), Map.of("a", "1", "b", "2"));
    byte[] bytes = Files.readAllBytes(one);
    assertThat(bytes).isEqualTo(Files.readAllBytes(two));
    assertThat(Checkpoints.headerLength(bytes) % 8).isZero();
  }

  @Test
  void dataLargerThanOneChunkIsWrittenWhole() {
    float[] values = new float[2_500_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = folder.resolve("large.safetensors");
    SafetensorsWriter.write(
        file, List.of(TensorToWrite.of("x", List.of(2_500_000L), values)), Map.of());
    try (Safetensors read = Safetensors.open(file)) {
      assertThat(floats(read, "x")).isEqualTo(values);
    }
  }

  @Test
  void aFullDiskLeavesTheOldFileAndNoOther() throws IOException {
    Path file = folder.resolve(Safetensors.SINGLE_FILE);
    ModelConfig config = Checkpoints.config(true);
    SafetensorsWriter.write(file, Checkpoints.weights(config, 1), Map.of());
    byte[] old = Files.readAllBytes(file);
    int[] calls = {0};
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    file,
                    Checkpoints.weights(config, 2),
                    Map.of(),
                    (channel, bytes) -> {
                      if (calls[0]++ == 5) {
                        throw new IOException("No space left on device");
                      }
                      channel.write(bytes);
                    }))
        .isInstanceOf(CheckpointWriteException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("No space left on device")
        .hasMessageContaining("MiB")
        .hasMessageContaining("make room");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assertThat(file).hasBinaryContent(old);
  }

  @Test
  void dataThatDoesNotFitItsShapeIsNotWritten() throws IOException {
    Path file = folder.resolve("x.safetensors");
    List<TensorToWrite> wrong = List.of(TensorToWrite.of("x", List.of(3L), new float[2]));
    assertThatThrownBy(() -> SafetensorsWriter.write(file, wrong, Map.of()))
        .hasMessageContaining("tensor x")
        .hasMessageContaining("needs 12 bytes, the data has 8");
    TensorToWrite x = TensorToWrite.of("x", List.of(1L), new float[1]);
    assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(x, x), Map.of()))
        .hasMessageContaining("twice: x");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  static Stream<Arguments> damagedHeaders() {
    String x = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    return Stream.of(
        Arguments.of("", 8, "does not start with '{'"),
        Arguments.of("[]", 0, "does not start with '{'"),
        Arguments.of("{\"x\":", 8, "not valid JSON"),
        Arguments.of(x + "}{}", 8, "not valid JSON"),
        Arguments.of(x + "," + x.substring(1) + "}", 8, "Duplicate"),
        Arguments.of(
            x.replace("F32", "F33") + "}", 8, "tensor x has dtype F33, expected one of F32, BF16"),
        Arguments.of(
            x.replace("F32", "BF16") + "}", 8, "needs 4 bytes, but data_offsets [0, 8] span 8"),
        Arguments.of(x.replace("[2]", "[3]") + "}", 8, "tensor x: shape [3] of F32 needs 12 bytes"),
        Arguments.of(x.replace("[2]", "[-2]") + "}", 8, "shape holds -2"),
        Arguments.of(x.replace("[2]", "[2.0]") + "}", 8, "shape holds 2.0"),
        Arguments.of(x.replace("[2]", "[99999999999999999999]") + "}", 8, "shape holds 99999"),
        Arguments.of(x.replace("[2]", "[4611686018427387904,8]") + "}", 8, "larger than any file"),
        Arguments.of(x.replace("[2]", "2") + "}", 8, "shape is missing or not a list"),
        Arguments.of(x.replace("[0,8]", "[8,0]") + "}", 8, "data_offsets are [8, 0]"),
        Arguments.of(x.replace("[0,8]", "[0]") + "}", 8, "data_offsets are [0]"),
        Arguments.of(x.replace("\"dtype\":\"F32\",", "") + "}", 8, "dtype is missing"),
        Arguments.of(x.replace("dtype", "dtypo") + "}", 8, "unknown field dtypo"),
        Arguments.of("{\"x\":7}", 0, "tensor x: expected an object"),
        Arguments.of("{\"__metadata__\":{\"a\":1}}", 0, "key a is not a string"),
        Arguments.of("{\"__metadata__\":[]}", 0, "__metadata__ is not an object"),
        Arguments.of(x + "}", 7, "ends at byte 8 of the data, but the file holds 7"),
        Arguments.of(x + "}", 9, "take 8 bytes, but the file holds 9"),
        Arguments.of(
            x.replace("[0,8]", "[4,12]") + "}",
            12,
            "leaves a gap: it starts at byte 4, expected 0"),
        Arguments.of(
            x + ",\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[6,10]}}",
            10,
            "tensor y: overlaps the tensor before it: it starts at byte 6, expected 8"));
  }

  @ParameterizedTest
  @MethodSource("damagedHeaders")
  void aDamagedHeaderIsNamed(String header, int dataBytes, String expected) throws IOException {
    Path file = Checkpoints.file(folder.resolve("bad.safetensors"), header, dataBytes);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(expected);
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    Path file = folder.resolve(Safetensors.SINGLE_FILE);
    SafetensorsWriter.write(file, Checkpoints.weights(Checkpoints.config(true), 1), Map.of());
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 7, 8, 9, 200, whole.length / 2, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Safetensors.open(file))
          .as("cut to %d", length)
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("cut short");
    }
  }

  @Test
  void aHeaderLengthOutOfRangeIsRefused() throws IOException {
    Path file = folder.resolve("x.safetensors");
    byte[] bytes = new byte[64];
    Arrays.fill(bytes, (byte) 0xff);
    Files.write(file, bytes);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("18446744073709551615")
        .hasMessageContaining("at most");
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    Path file = Checkpoints.file(folder.resolve("x.safetensors"), "{\"x\":1}", 0);
    byte[] bytes = Files.readAllBytes(file);
    bytes[10] = (byte) 0xff;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Safetensors.open(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Safetensors.open(folder.resolve("none.safetensors")))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("none.safetensors: no such file");
    assertThatThrownBy(() -> Safetensors.openFolder(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json");
  }

  @Test
  void shardsAreOneSetOfTensors() throws IOException {
    writeShards("{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}}");
    try (Safetensors read = Safetensors.openFolder(folder)) {
      assertThat(read.tensors().keySet()).containsExactly("a", "b");
      assertThat(read.tensor("b").orElseThrow().file().getFileName()).hasToString("2.safetensors");
      assertThat(floats(read, "b")).containsExactly(2f);
    }
  }

  static Stream<Arguments> wrongIndexes() {
    return Stream.of(
        Arguments.of("{}", "weight_map is missing"),
        Arguments.of("{\"weight_map\":{}}", "weight_map is empty"),
        Arguments.of(
            "{\"weight_map\":{\"a\":\"../1.safetensors\"}}", "expected the name of a file"),
        Arguments.of("{\"weight_map\":{\"a\":1}}", "expected the name of a file"),
        Arguments.of(
            "{\"weight_map\":{\"a\":\"3.safetensors\"}}", "shard 3.safetensors is missing"),
        Arguments.of(
            "{\"weight_map\":{\"a\":\"1.safetensors\",\"c\":\"2.safetensors\"}}",
            "tensor b is in 2.safetensors, but the index does not list it"),
        Arguments.of(
            "{\"weight_map\":{\"a\":\"2.safetensors\",\"b\":\"2.safetensors\"}}",
            "tensor a is listed for 2.safetensors, but the shard does not hold it"),
        Arguments.of(
            "{\"weight_map\":{\"a\":\"2.safetensors\",\"b\":\"1.safetensors\"}}",
            "tensor a is in 1.safetensors, but the index places it in 2.safetensors"),
        Arguments.of("{\"weight_map\":{\"a\":\"1.safetensors\"", "not valid JSON"));
  }

  @ParameterizedTest
  @MethodSource("wrongIndexes")
  void anIndexThatContradictsItsShardsIsRefused(String index, String expected) throws IOException {
    writeShards(index);
    assertThatThrownBy(() -> Safetensors.openFolder(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(expected);
  }

  private void writeShards(String index) throws IOException {
    TensorToWrite a = TensorToWrite.of("a", List.of(1L), new float[] {1});
    TensorToWrite b = TensorToWrite.of("b", List.of(1L), new float[] {2});
    SafetensorsWriter.write(folder.resolve("1.safetensors"), List.of(a), Map.of());
    SafetensorsWriter.write(folder.resolve("2.safetensors"), List.of(b), Map.of());
    Files.writeString(folder.resolve(Safetensors.INDEX_FILE), index, StandardCharsets.UTF_8);
  }
}
