package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import toolr0.selfplay.PromptLengths;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;

class PlanAssumptionsTest {

  /** A model of more than 50 M parameters, which has one worker. */
  private static ModelConfig model(ModelFamily family, int headDim) {
    return new ModelConfig(
        family,
        151_936,
        1024,
        3072,
        28,
        16,
        8,
        headDim,
        1e-6,
        Rope.of(1e6),
        40_960,
        true,
        0.02,
        OptionalInt.empty(),
        List.of(),
        OptionalInt.empty(),
        1);
  }

  private static long memoryPerToken(ModelFamily family, int headDim) {
    PromptLengths.Lengths lengths = new PromptLengths.Lengths(400, 500);
    return PlanAssumptions.forModel(model(family, headDim), new PromptLengths(lengths, lengths))
        .memoryPerTrainedToken();
  }

  @Test
  void memoryFollowsTheWidthOfTheHeadsAndTheirNorms() {
    long narrow = memoryPerToken(new ModelFamily.Llama(false, false), 64);
    long wide = memoryPerToken(new ModelFamily.Llama(false, false), 128);
    long normed = memoryPerToken(new ModelFamily.Qwen3(false), 128);
    long layers = 28L * Float.BYTES;
    assertThat(narrow).isEqualTo(layers * (10 * 1024 + 6 * 512 + 6 * 3072));
    assertThat(wide).isEqualTo(layers * (6 * 1024 + 4 * 2048 + 6 * 1024 + 6 * 3072));
    assertThat(normed - wide).isEqualTo(layers * 2 * (2048 + 1024));
  }
}
