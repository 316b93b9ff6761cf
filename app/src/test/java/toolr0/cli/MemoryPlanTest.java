package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import toolr0.base.Seed;
import toolr0.policy.LearnerSpec;
import toolr0.selfplay.PromptLengths;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.policy.MemoryEstimate;
import toolr0.torch.policy.MemoryEstimate.Sampling;

/** Which models and which samplings a run's stages have in memory. */
class MemoryPlanTest {
  private static final long AMPLE = 1L << 44;
  private static final int GENERATOR_PROMPT = 400;
  private static final int SOLVER_PROMPT = 300;

  /** Half a billion parameters. */
  private static final MemoryEstimate MODEL =
      new MemoryEstimate(
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
              1),
          true,
          Compute.onCpu(Precision.FP32));

  private static MemoryPlan plan(long machine, String yaml) {
    return new MemoryPlan(
        ConfigOptions.bind(ConfigReader.readText("run.yaml", yaml)),
        MODEL,
        new PromptLengths(
            new PromptLengths.Lengths(GENERATOR_PROMPT, 500),
            new PromptLengths.Lengths(SOLVER_PROMPT, 400)),
        false,
        machine);
  }

  private static LearnerSpec learner(MemoryPlan plan) {
    return plan.run().generator().learner(new Seed(0));
  }

  @Test
  void aCheckpointThatProbesAndIsTheReferenceIsInMemoryOnce() {
    MemoryPlan without = plan(AMPLE, "{generator: {beta: 0}, solver: {beta: 0}}");
    MemoryPlan with = plan(AMPLE, "{generator: {beta: 0.1}, solver: {beta: 0.1}}");
    assertThat(with.generator(1)).isEqualTo(without.generator(1));
    assertThat(with.solver(1) - without.solver(1)).isEqualTo(MODEL.frozen());
    assertThat(with.generator(2) - without.generator(2)).isEqualTo(MODEL.frozenAfterTraining());
    assertThat(without.generator(2) - without.generator(1))
        .isEqualTo(MODEL.frozenAfterTraining() - MODEL.frozen());
    assertThat(with.generator(1))
        .isEqualTo(
            MemoryEstimate.PROGRAM
                + (150L << 20)
                + MODEL.learner(learner(with))
                + MODEL.frozen()
                + MODEL.passes(learner(with), 6 * (GENERATOR_PROMPT + 4L * 2048)));
  }

  @Test
  void adaptersShareTheirBaseAndTheReferenceOfTheFirstIterationIsTheBaseItself() {
    String lora = "lora_r: 16, gradient_checkpointing: false, beta: ";
    String both = "{generator: {%1$s%2$s}, solver: {%1$s%2$s}}";
    MemoryPlan without = plan(AMPLE, both.formatted(lora, "0"));
    MemoryPlan with = plan(AMPLE, both.formatted(lora, "0.1"));
    long set = MODEL.frozenAdapters(learner(with).lora());
    assertThat(set).isPositive();
    assertThat(with.generator(1)).isEqualTo(without.generator(1));
    assertThat(with.solver(1)).isEqualTo(without.solver(1));
    assertThat(without.generator(2) - without.generator(1)).isEqualTo(set);
    assertThat(with.generator(2) - without.generator(2)).isEqualTo(set);
    assertThat(with.solver(2) - with.solver(1)).isEqualTo(set);
    assertThat(with.solver(1))
        .isEqualTo(
            MemoryEstimate.PROGRAM
                + (150L << 20)
                + MODEL.frozen()
                + MODEL.adapters(learner(with))
                + MODEL.passes(learner(with), 8 * (SOLVER_PROMPT + 4L * 2048)));
  }

  @Test
  void aRunThatStartsFromAdaptersHasThemInEveryFrozenModel() {
    MemoryPlan base = plan(AMPLE, "{generator: {lora_r: 16}, solver: {lora_r: 16}}");
    MemoryPlan adapters =
        new MemoryPlan(base.run(), base.model(), base.prompts(), true, base.machine());
    long set = MODEL.frozenAdapters(learner(base).lora());
    assertThat(adapters.evaluation(0) - base.evaluation(0)).isEqualTo(set);
    assertThat(adapters.generator(1) - base.generator(1)).isEqualTo(set);
    assertThat(adapters.generator(2)).isEqualTo(base.generator(2));
  }

  @Test
  void aSolverThatIsTrainedWholeProbesWithItsOwnWeights() {
    MemoryPlan plan = plan(AMPLE, "{generator: {lora_r: 16}}");
    assertThat(plan.generator(2) - plan.generator(1)).isEqualTo(MODEL.frozenAfterTraining());
  }

  @Test
  void whateverIsSampledIsCountedWhereItIsSampled() {
    String small = "tokens_per_micro_batch: 16, gradient_checkpointing: true, lora_r: 4";
    String most = "max_completion_length: 16, " + small;
    String yaml =
        """
        generator: {%1$s}
        solver: {%1$s}
        probe: {max_completion_length: %2$d}
        judge: {max_completion_length: %3$d}
        dataset: {max_completion_length: %4$d, max_verify_length: %5$d, chunk_size: 64}
        evaluation: {max_completion_length: %6$d}
        """;
    MemoryPlan least = plan(AMPLE, yaml.formatted(most, 16, 16, 16, 16, 16));
    MemoryPlan probe = plan(AMPLE, yaml.formatted(most, 4096, 16, 16, 16, 16));
    MemoryPlan judge = plan(AMPLE, yaml.formatted(most, 16, 8192, 16, 16, 16));
    MemoryPlan write = plan(AMPLE, yaml.formatted(most, 16, 16, 4096, 16, 16));
    MemoryPlan verify = plan(AMPLE, yaml.formatted(most, 16, 16, 16, 4096, 16));
    MemoryPlan evaluate = plan(AMPLE, yaml.formatted(most, 16, 16, 16, 16, 4096));
    assertThat(more(probe.generator(1), least.generator(1), 24, 8, 16, 4096)).isTrue();
    assertThat(judge.generator(1)).isGreaterThan(least.generator(1));
    assertThat(more(write.writing(1), least.writing(1), 64, 1, 16, 4096)).isTrue();
    int verified = least.run().dataset().kVerify();
    assertThat(more(verify.verifying(1), least.verifying(1), 128, verified, 16, 4096)).isTrue();
    assertThat(evaluate.evaluation(0)).isGreaterThan(least.evaluation(0));
    for (MemoryPlan plan : List.of(probe, judge, write, verify, evaluate)) {
      assertThat(plan.bytes()).isGreaterThan(least.bytes());
    }
  }

  /** Whether two stages differ by the keys and values of so much longer completions. */
  private static boolean more(long one, long other, int groups, int k, int length, int longer) {
    return one - other
        == MODEL.sampling(new Sampling(SOLVER_PROMPT, groups, k, longer), AMPLE)
            - MODEL.sampling(new Sampling(SOLVER_PROMPT, groups, k, length), AMPLE);
  }

  @Test
  void keysAreDividedToFitTheMachineAndNothingElseIs() {
    String yaml =
        """
        generator: {lora_r: 4, tokens_per_micro_batch: 4096, gradient_checkpointing: true}
        solver: {lora_r: 4, tokens_per_micro_batch: 4096, gradient_checkpointing: true}
        """;
    long ample = plan(AMPLE, yaml).bytes();
    long machine = 6L << 30;
    assertThat(ample).isGreaterThan(machine);
    assertThat(plan(machine, yaml).bytes()).isLessThan(machine);
    assertThat(plan(1L << 30, yaml).bytes()).isGreaterThan(1L << 30);
    MachineMemory.requireRoom(plan(machine, yaml).bytes(), machine);
  }
}
