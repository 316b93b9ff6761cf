package toolr0.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoraSpecTest {
  @Test
  void targetsHaveOneOrder() {
    LoraSpec spec = new LoraSpec(8, 16, 0.1, List.of("down_proj", "q_proj", "v_proj"));
    assertThat(spec.targetModules()).containsExactly("q_proj", "v_proj", "down_proj");
    assertThat(spec.scale()).isEqualTo(2);
    assertThat(spec.enabled()).isTrue();
    assertThat(LoraSpec.OFF.enabled()).isFalse();
  }

  @Test
  void aValueOutOfRangeIsRefusedByItsKey() {
    List<String> all = LoraSpec.ALL_LINEAR;
    assertThatThrownBy(() -> new LoraSpec(-1, 16, 0, all)).hasMessageContaining("lora_r is -1");
    assertThatThrownBy(() -> new LoraSpec(8, 0, 0, all)).hasMessageContaining("lora_alpha is 0");
    assertThatThrownBy(() -> new LoraSpec(8, 16, 1, all)).hasMessageContaining("lora_dropout is 1");
    assertThatThrownBy(() -> new LoraSpec(8, 16, 0, List.of("q_proj", "query")))
        .hasMessageContaining("lora_target_modules")
        .hasMessageContaining("q_proj, k_proj");
    assertThatThrownBy(() -> new LoraSpec(8, 16, 0, List.of()))
        .hasMessageContaining("lora_target_modules");
  }
}
