package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;

final class FiniteWeightsTest {
  private static final String NAME = "model.layers.1.mlp.down_proj.weight";

  @TempDir private Path folder;
  private Path checkpoint = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void writeACheckpoint() throws IOException {
    checkpoint = folder.resolve("checkpoint");
    file = checkpoint.resolve(Safetensors.SINGLE_FILE);
    try (LoadedModel model = TinyModel.trainable(folder, 3)) {
      model.save(checkpoint, extras -> {});
    }
  }

  /** Overwrites one value of the tensor. */
  private void put(int place, float value) throws IOException {
    long at;
    try (Safetensors weights = Safetensors.open(file)) {
      TensorInfo tensor = weights.tensor(NAME).orElseThrow();
      TensorInfo first =
          weights.tensors().values().stream()
              .min((a, b) -> Long.compare(a.data().address(), b.data().address()))
              .orElseThrow();
      long bytes = weights.tensors().values().stream().mapToLong(t -> t.data().byteSize()).sum();
      long dataStart = Files.size(file) - bytes;
      at = dataStart + tensor.data().address() - first.data().address();
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[4]);
    bytes.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, value);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(bytes.asByteBuffer(), at + 4L * place);
    }
  }

  private void open() {
    LoadedModel.open(checkpoint, false, Compute.onCpu(Precision.FP32)).close();
  }

  @Test
  void aValueThatIsNoNumberIsRefusedByFileTensorAndPlace() throws IOException {
    open();
    put(7, Float.NaN);
    assertThatThrownBy(this::open)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file + ": tensor " + NAME + " has the value NaN at place 8 of 960");
    put(7, 1);
    put(959, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(this::open)
        .hasMessageContaining("has the value -Infinity at place 960 of 960");
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void aValueOfAnyTypeIsFoundWhereItLies(DType type) {
    int place = 3_000_001;
    byte[] data = new byte[4_000_000 * type.bytes()];
    MemorySegment.ofArray(data)
        .asSlice((long) place * type.bytes(), type.bytes())
        .fill((byte) 0xff);
    TensorInfo info =
        new TensorInfo("w", type, List.of(4_000_000L), MemorySegment.ofArray(data), file);
    assertThatThrownBy(() -> FiniteWeights.require(info))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor w has the value NaN at place 3000002 of 4000000");
  }

  @Test
  void theLargestNumbersAreNumbers() throws IOException {
    for (int place = 0; place < 960; place++) {
      put(place, Float.MAX_VALUE);
    }
    open();
    assertThat(file).exists();
  }
}
