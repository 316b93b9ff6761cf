package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import toolr0.torch.checkpoint.AtomicFolder;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** Counts the tensors of the whole process. */
@Isolated
final class ErrorsTest {
  @TempDir private Path folder;

  @Test
  void aFullDiskIsTheEnvironmentsFault() {
    Path target = folder.resolve("checkpoint");
    Throwable failure =
        catchThrowable(
            () ->
                AtomicFolder.write(
                    target,
                    partial -> {
                      throw new IOException("No space left on device");
                    }));
    Errors.Told told = Errors.tell(failure);
    assertThat(told.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(told.message()).contains(target.toString(), "No space left on device", "make room");
    assertThat(told.defect()).isFalse();
  }

  /** libtorch's own words, on the CPU and on a GPU. */
  @Test
  void memoryThatIsUsedUpIsTheEnvironmentsFault() {
    long live = TensorScope.live();
    Throwable here =
        catchThrowable(
            () -> {
              try (TensorScope scope = TensorScope.open()) {
                Tensors.empty(ScalarType.Float, 1L << 50);
              }
            });
    assertThat(TensorScope.live()).isEqualTo(live);
    Throwable there =
        new RuntimeException(
            "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.11"
                + " GiB\nException raised from malloc");
    for (Throwable failure : List.of(here, there)) {
      Errors.Told told = Errors.tell(failure);
      assertThat(told.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
      assertThat(told.message())
          .startsWith("out of memory (")
          .contains("allocate", "tokens_per_micro_batch", "max_completion_length")
          .doesNotContain("Exception raised");
      assertThat(told.defect()).isFalse();
    }
  }

  @Test
  void aCheckpointThatCannotBeReadIsBadInput() {
    Errors.Told told = Errors.tell(catchThrowable(() -> CheckpointFolder.open(folder).close()));
    assertThat(told.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(told.message()).contains(folder.toString());
    assertThat(told.defect()).isFalse();
  }

  @Test
  void whatWasCancelledIsAnInterruption() {
    Errors.Told told = Errors.tell(new CancellationException("the requests were cancelled"));
    assertThat(told.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(told.message()).isEqualTo("interrupted: the requests were cancelled");
    assertThat(told.defect()).isFalse();
  }
}
