package toolr0.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import toolr0.policy.OptimizerSpec.Optim;

class PassSpecTest {
  @Test
  void limitsThatNoPassKeepsAreRefusedByTheirKeys() {
    assertThatThrownBy(() -> PassSpec.ofTokens(0))
        .hasMessage("tokens_per_micro_batch is 0, but it must be at least 1");
    assertThatThrownBy(() -> new PassSpec(1, false, 0))
        .hasMessage("lm_head_chunk_mb is 0, but it must be at least 1");
    assertThat(PassSpec.ofTokens(1).lmHeadChunkMb()).isEqualTo(64);
  }

  @Test
  void constantsThatNoOptimizerHasAreRefusedByTheirKeys() {
    assertThatThrownBy(() -> new OptimizerSpec(Optim.ADAMW, 1, 0.9, 1e-8, 0))
        .hasMessageStartingWith("adam_beta1 is 1.0");
    assertThatThrownBy(() -> new OptimizerSpec(Optim.ADAMW, 0.9, -0.1, 1e-8, 0))
        .hasMessageStartingWith("adam_beta2 is -0.1");
    assertThatThrownBy(() -> new OptimizerSpec(Optim.ADAMW, 0.9, 0.9, 0, 0))
        .hasMessageStartingWith("adam_epsilon is 0.0");
    assertThatThrownBy(() -> new OptimizerSpec(Optim.ADAMW, 0.9, 0.9, 1e-8, -1))
        .hasMessageStartingWith("weight_decay is -1.0");
  }
}
