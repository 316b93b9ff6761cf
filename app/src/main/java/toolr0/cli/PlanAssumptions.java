package toolr0.cli;

import java.nio.file.Path;
import toolr0.base.Seed;
import toolr0.grpo.GrpoConfig;
import toolr0.policy.LearnerSpec;
import toolr0.selfplay.Planner.Assumptions;
import toolr0.selfplay.PromptLengths;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.torch.model.Precision;
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
  private static final int ANSWER_TOKENS = 35;
  private static final double SOUND_SHARE = 0.35;

  /** What a run has on its heap beside what a program with a model has. */
  private static final long RUN_BYTES = 150L << 20;

  /** Completions that are sampled together at most. */
  private static final int ROWS = 128;

  private PlanAssumptions() {}

  /** For a run on a base checkpoint: speed falls as the weights grow. */
  static Assumptions of(SelfPlayConfig run, Path base, Precision precision, PromptLengths prompts) {
    MemoryEstimate model = MemoryEstimate.of(base, precision);
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
        memory(run, model, prompts));
  }

  private static LearnerSpec learner(GrpoConfig role) {
    return role.learner(new Seed(0));
  }

  private static long memory(SelfPlayConfig run, MemoryEstimate model, PromptLengths prompts) {
    LearnerSpec generator = learner(run.generator());
    LearnerSpec solver = learner(run.solver());
    boolean later = run.iterations() > 1;
    long stageA =
        model.learner(generator)
            + frozenBeside(model, generator, solver, later)
            + reference(run.generator(), model, generator, later)
            + working(run.generator(), model, generator, prompts.generator());
    long stageC =
        model.learner(solver)
            + reference(run.solver(), model, solver, later)
            + working(run.solver(), model, solver, prompts.solver());
    return MemoryEstimate.PROGRAM + RUN_BYTES + Math.max(stageA, stageC);
  }

  /** The frozen Solver that probes; with adapters it stands on the learner's base. */
  private static long frozenBeside(
      MemoryEstimate model, LearnerSpec generator, LearnerSpec solver, boolean later) {
    if (solver.lora().enabled()) {
      return (generator.lora().enabled() ? 0 : model.frozen()) + model.adapters(solver);
    }
    if (later) {
      return model.frozenAfterTraining();
    }
    return generator.lora().enabled() ? 0 : model.frozen();
  }

  private static long reference(
      GrpoConfig role, MemoryEstimate model, LearnerSpec learner, boolean later) {
    if (role.beta() == 0) {
      return 0;
    }
    if (learner.lora().enabled()) {
      return model.adapters(learner);
    }
    return later ? model.frozenAfterTraining() : model.frozen();
  }

  /** What passes and sampling take, whichever takes more. */
  private static long working(
      GrpoConfig role, MemoryEstimate model, LearnerSpec learner, PromptLengths.Lengths prompts) {
    int prompt = (int) Math.ceil(prompts.mean());
    long completions = (long) role.promptsPerStep() * role.numGenerations();
    long rows = (long) role.promptsPerStep() * prompt + completions * role.maxCompletionLength();
    int together = (int) Math.min(ROWS, completions);
    return Math.max(
        model.passes(learner, rows),
        model.sampling(role.promptsPerStep(), prompt, together, role.maxCompletionLength()));
  }
}
