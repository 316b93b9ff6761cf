package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class MachineMemoryTest {
  private static final long GIB = 1L << 30;

  @Test
  void whatTheMachineCannotHoldIsRefusedWithTheRemedy() {
    assertThatNoException().isThrownBy(() -> MachineMemory.requireRoom(20 * GIB, 24 * GIB));
    assertThatThrownBy(() -> MachineMemory.requireRoom(31 * GIB, 24 * GIB))
        .hasMessageContaining("31.0 GiB")
        .hasMessageContaining("24.0 GiB")
        .hasMessageContaining("lora_r")
        .hasMessageContaining("max_completion_length")
        .asInstanceOf(InstanceOfAssertFactories.type(CliException.class))
        .matches(e -> e.exitCode() == ExitCode.ENVIRONMENT);
  }
}
