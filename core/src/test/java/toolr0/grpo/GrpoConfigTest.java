package toolr0.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import toolr0.policy.LoraSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.OptimizerSpec;

class GrpoConfigTest {
  @Test
  void theLinearScheduleFallsFromTheFirstStepOn() {
    assertThat(LrScheduler.LINEAR.factor(0, 0, 50)).isEqualTo(1);
    assertThat(LrScheduler.LINEAR.factor(25, 0, 50)).isCloseTo(0.5, within(1e-12));
    assertThat(LrScheduler.LINEAR.factor(49, 0, 50)).isCloseTo(0.02, within(1e-12));
  }

  @Test
  void warmUpRisesFromZeroAndTheRestFalls() {
    assertThat(LrScheduler.LINEAR.factor(0, 10, 50)).isZero();
    assertThat(LrScheduler.LINEAR.factor(5, 10, 50)).isCloseTo(0.5, within(1e-12));
    assertThat(LrScheduler.LINEAR.factor(10, 10, 50)).isEqualTo(1);
    assertThat(LrScheduler.LINEAR.factor(30, 10, 50)).isCloseTo(0.5, within(1e-12));
    assertThat(LrScheduler.CONSTANT.factor(5, 10, 50)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void theCosineIsAtHalfInTheMiddleAndTheConstantStays() {
    assertThat(LrScheduler.COSINE.factor(0, 0, 50)).isEqualTo(1);
    assertThat(LrScheduler.COSINE.factor(25, 0, 50)).isCloseTo(0.5, within(1e-12));
    assertThat(LrScheduler.CONSTANT.factor(49, 0, 50)).isEqualTo(1);
  }

  @Test
  void theDefaultsAreThePublishedSettings() {
    GrpoConfig generator = GrpoConfig.generatorDefaults();
    assertThat(generator.promptsPerStep() * generator.numGenerations()).isEqualTo(24);
    GrpoConfig solver = GrpoConfig.solverDefaults();
    assertThat(solver.promptsPerStep() * solver.numGenerations()).isEqualTo(32);
    assertThat(solver.learningRateAt(0)).isEqualTo(1e-6);
    assertThat(solver.loss().lossType()).isEqualTo(LossSpec.LossType.GRPO);
    assertThat(solver.loss().beta()).isZero();
  }

  @Test
  void aValueOutOfRangeIsRefusedByItsKey() {
    assertThatThrownBy(() -> with(50, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "num_generations is 1, but it must be at least 2: an advantage compares the completions"
                + " of one prompt");
    assertThatThrownBy(() -> with(0, 4, 0)).hasMessage("max_steps is 0, but it must be at least 1");
    assertThatThrownBy(() -> with(5, 4, 5))
        .hasMessage("warmup_steps is 5, but it must be below max_steps 5");
  }

  private static GrpoConfig with(int maxSteps, int numGenerations, int warmupSteps) {
    return new GrpoConfig(
        maxSteps,
        2,
        numGenerations,
        false,
        0,
        10,
        1,
        1,
        0,
        1e-3,
        LrScheduler.LINEAR,
        warmupSteps,
        1,
        0,
        0.2,
        0.2,
        LossSpec.LossType.DAPO,
        ScaleRewards.NONE,
        false,
        1,
        OptimizerSpec.Optim.ADAMW,
        0,
        0.9,
        0.999,
        1e-8,
        10,
        false,
        64,
        0,
        32,
        0,
        LoraSpec.ALL_LINEAR,
        1);
  }
}
