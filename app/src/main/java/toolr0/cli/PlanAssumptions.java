package toolr0.cli;

import java.nio.file.Path;
import toolr0.base.Seed;
import toolr0.grpo.GrpoConfig;
import toolr0.policy.LearnerSpec;
import toolr0.selfplay.Planner.Assumptions;
import toolr0.selfplay.PromptLengths;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.model.Compute;
import toolr0.torch.policy.MemoryEstimate;

/**
 * What a plan supposes of a machine with two cores: figures measured with the embedded model,
 * scaled by size.
 */
final class PlanAssumptions {
  private static final double MEASURED_PARAMETERS = 2.0e6;
  private static final double MEASURED_READ_PER_SECOND = 18_000;
  private static final double MEASURED_SAMPLED_PER_SECOND = 11_000;
  private static final double MEASURED_TRAINED_PER_SECOND = 5900;
  private static final int COMPLETION_TOKENS = 160;
  static final int ANSWER_TOKENS = 35;
  private static final double SOUND_SHARE = 0.35;

  private PlanAssumptions() {}

  /** For a run on a base checkpoint: speed falls as the weights grow. */
  static Assumptions of(SelfPlayConfig run, Path base, Compute compute, PromptLengths prompts) {
    MemoryEstimate model = MemoryEstimate.of(base, compute);
    long memory =
        new MemoryPlan(
                run, model, prompts, AdapterFolder.is(base), MachineMemory.bytes(compute.device()))
            .bytes();
    long beside =
        Math.max(model.beside(learner(run.generator())), model.beside(learner(run.solver())));
    long parameters = model.config().parameterCount();
    double scale = MEASURED_PARAMETERS / parameters;
    return new Assumptions(
        parameters,
        prompts.generator().mean(),
        prompts.solver().mean(),
        COMPLETION_TOKENS,
        ANSWER_TOKENS,
        SOUND_SHARE,
        MEASURED_READ_PER_SECOND * scale,
        MEASURED_SAMPLED_PER_SECOND * scale,
        MEASURED_TRAINED_PER_SECOND * scale,
        Math.max(
            model.checkpoint(learner(run.generator())), model.checkpoint(learner(run.solver()))),
        model.apart() ? beside : memory,
        model.apart() ? memory : 0);
  }

  /** A role's learner, whatever it draws. */
  static LearnerSpec learner(GrpoConfig role) {
    return role.learner(new Seed(0));
  }
}
