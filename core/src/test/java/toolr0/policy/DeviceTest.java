package toolr0.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.policy.Device.Kind;

class DeviceTest {

  @Test
  void devicesAreNamedAsLibtorchNamesThem() {
    assertThat(Device.parse("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
    assertThat(Device.parse("cuda")).isEqualTo(new Device(Kind.CUDA, 0)).hasToString("cuda:0");
    assertThat(Device.parse("cuda:11")).isEqualTo(new Device(Kind.CUDA, 11)).hasToString("cuda:11");
    assertThat(Device.parse("mps")).isEqualTo(new Device(Kind.MPS, 0)).hasToString("mps");
    assertThat(Device.parse("cpu").isCpu()).isTrue();
    assertThat(Device.parse("cuda:1").isCpu()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1x", "cuda:999", "meta"})
  void anythingElseIsRefusedWithWhatWasExpected(String text) {
    assertThatThrownBy(() -> Device.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "device is \"%s\", but it must be cpu, cuda, cuda:N (N from 0) or mps".formatted(text));
  }
}
