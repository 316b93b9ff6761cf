package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import toolr0.base.Seed;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LoraSpec;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.OptimizerSpec.Optim;
import toolr0.policy.PassSpec;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.policy.MemoryEstimate.Sampling;

class MemoryEstimateTest {
  private static final double MIB = 1 << 20;

  private static ModelConfig model(ModelFamily family, int width, int heads, int headDim) {
    return new ModelConfig(
        family,
        151_936,
        width,
        3072,
        28,
        heads,
        heads / 2,
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

  private static MemoryEstimate fp32(ModelConfig config) {
    return new MemoryEstimate(config, false, Compute.onCpu(Precision.FP32));
  }

  private static LearnerSpec learner(Optim optim, boolean checkpointing, int r) {
    return new LearnerSpec(
        new OptimizerSpec(optim, 0.9, 0.999, 1e-8, 0),
        new PassSpec(1 << 20, checkpointing, 64),
        new LoraSpec(r, 32, 0, LoraSpec.ALL_LINEAR),
        new Seed(0));
  }

  private static long perToken(ModelFamily family, int headDim) {
    MemoryEstimate estimate = fp32(model(family, 1024, 16, headDim));
    LearnerSpec spec = learner(Optim.ADAMW, false, 0);
    return (estimate.passes(spec, 2000) - estimate.passes(spec, 1000)) / 1000;
  }

  @Test
  void passesFollowTheWidthOfTheHeadsAndTheirNorms() {
    long narrow = perToken(new ModelFamily.Llama(false, false), 64);
    long wide = perToken(new ModelFamily.Llama(false, false), 128);
    long normed = perToken(new ModelFamily.Qwen3(false), 128);
    long layers = 29L * Float.BYTES;
    assertThat(narrow).isEqualTo(layers * (10 * 1024 + 6 * 512 + 6 * 3072));
    assertThat(wide).isEqualTo(layers * (6 * 1024 + 4 * 2048 + 6 * 1024 + 6 * 3072));
    assertThat(normed - wide).isEqualTo(layers * 2 * (2048 + 1024));
  }

  @Test
  void settingsSaveWhatTheySay() {
    ModelConfig config = model(new ModelFamily.Qwen2(), 1024, 16, 64);
    MemoryEstimate estimate = new MemoryEstimate(config, true, Compute.onCpu(Precision.FP32));
    double weights = config.parameterCount();
    double exact = estimate.learner(learner(Optim.ADAMW, false, 0));
    double coarse = estimate.learner(learner(Optim.ADAMW_8BIT, false, 0));
    double lora = estimate.learner(learner(Optim.ADAMW, false, 16));
    assertThat(exact / weights).isCloseTo(16, within(1e-6));
    assertThat(coarse / weights).isCloseTo(10.03, within(0.01));
    assertThat(lora / weights).isBetween(2.1, 2.6);
    double kept = estimate.passes(learner(Optim.ADAMW, false, 0), 1536);
    double again = estimate.passes(learner(Optim.ADAMW, true, 0), 1536);
    assertThat(again).isLessThan(kept / 5);
  }

  @Test
  void dropoutKeepsAMaskAndWhatIsLeftOfEveryInput() {
    MemoryEstimate estimate = fp32(model(new ModelFamily.Qwen2(), 1024, 16, 64));
    LearnerSpec without = learner(Optim.ADAMW, false, 16);
    LearnerSpec with =
        new LearnerSpec(
            without.optimizer(), without.passes(), without.lora().withDropout(0.1), new Seed(0));
    long more = estimate.passes(with, 1000) - estimate.passes(without, 1000);
    // Queries, keys, values, gate and up read the width, the output the heads, down the inner one.
    assertThat(more).isEqualTo(28L * 1000 * Float.BYTES * 2 * (5 * 1024 + 1024 + 3072));
    long again =
        estimate.passes(checkpointed(with), 1000) - estimate.passes(checkpointed(without), 1000);
    assertThat(again).isEqualTo(more / 28);
  }

  private static LearnerSpec checkpointed(LearnerSpec spec) {
    return new LearnerSpec(
        spec.optimizer(), new PassSpec(1 << 20, true, 64), spec.lora(), spec.seed());
  }

  @Test
  void samplingIsDividedWhereMemoryIsShort() {
    MemoryEstimate estimate = fp32(model(new ModelFamily.Qwen2(), 1024, 16, 64));
    Sampling all = new Sampling(500, 64, 8, 2048);
    long token = 2L * 8 * 64 * 28 * Float.BYTES;
    long ample = estimate.sampling(all, Long.MAX_VALUE / 4);
    assertThat(ample).isGreaterThan(128 * 2048 * token);
    long short1 = estimate.sampling(all, 8L << 30);
    assertThat(short1).isBetween(4L << 30, 5L << 30);
    long none = estimate.sampling(all, 0);
    assertThat(none).isBetween(2560 * token, short1);
    assertThat(estimate.sampling(new Sampling(500, 64, 8, 16), 8L << 30)).isLessThan(ample / 5);
  }

  @Test
  void aStepOfHalfABillionParametersIsExpectedToTakeWhatWasMeasured() {
    ModelConfig config =
        new ModelConfig(
            new ModelFamily.Qwen2(),
            151_936,
            896,
            4864,
            24,
            14,
            2,
            64,
            1e-6,
            Rope.of(1e6),
            32_768,
            true,
            0.02,
            OptionalInt.empty(),
            List.of(),
            OptionalInt.empty(),
            1);
    LearnerSpec spec = learner(Optim.ADAMW_8BIT, true, 0);
    MemoryEstimate estimate = new MemoryEstimate(config, true, Compute.onCpu(Precision.FP32));
    double mib =
        (MemoryEstimate.PROGRAM + estimate.learner(spec) + estimate.passes(spec, 512 + 4 * 256))
            / MIB;
    assertThat(mib).isCloseTo(6258, within(0.15 * 6258));
  }
}
