package toolr0.cli;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import toolr0.curriculum.DatasetConfig;
import toolr0.curriculum.DifficultySource;
import toolr0.grpo.GrpoConfig;
import toolr0.policy.LearnerSpec;
import toolr0.selfplay.PromptLengths;
import toolr0.selfplay.SelfPlayConfig;
import toolr0.torch.policy.MemoryEstimate;
import toolr0.torch.policy.MemoryEstimate.Sampling;

/**
 * The memory that a run takes at most: for every stage the models that are in memory, each
 * checkpoint once, and whichever of the stage's passes and samplings takes most.
 *
 * @param adapters whether the run starts from adapters
 * @param machine bytes of the memory that the models lie in; what is sampled is divided to fit what
 *     is left
 */
record MemoryPlan(
    SelfPlayConfig run,
    MemoryEstimate model,
    PromptLengths prompts,
    boolean adapters,
    long machine) {

  /** What a run has on its heap beside what a program with a model has. */
  private static final long RUN_BYTES = 150L << 20;

  private static final int GRADE_TOKENS = 10;
  private static final String BASE = "base";
  private static final String GENERATOR = "generator";
  private static final String SOLVER = "solver";

  /** Models in memory. */
  private final class Resident {
    private final Map<String, Long> whole = new HashMap<>();
    private long besides;

    /** A role's checkpoint after an iteration; after none it is the base. */
    Resident frozen(String role, int iteration) {
      LearnerSpec learner = learner(role);
      boolean lora = learner.lora().enabled();
      if (lora || iteration == 0) {
        whole.put(BASE, model.frozen());
      } else {
        whole.put(role + iteration, model.frozenAfterTraining());
      }
      if (lora && (iteration > 0 || adapters)) {
        besides += model.frozenAdapters(learner.lora());
      }
      return this;
    }

    Resident learning(String role) {
      LearnerSpec learner = learner(role);
      if (learner.lora().enabled()) {
        whole.put(BASE, model.frozen());
        besides += model.adapters(learner);
      } else {
        besides += model.learner(learner);
      }
      return this;
    }

    long bytes() {
      return model.program()
          + RUN_BYTES
          + besides
          + whole.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Bytes. */
  long bytes() {
    long most = evaluation(0);
    for (int iteration = 1; iteration <= Math.min(2, run.iterations()); iteration++) {
      most =
          Math.max(
              Math.max(most, generator(iteration)),
              Math.max(
                  Math.max(writing(iteration), verifying(iteration)),
                  Math.max(solver(iteration), evaluation(iteration))));
    }
    return most;
  }

  /** Stage A: the Generator learns, the frozen Solver probes and judges. */
  long generator(int iteration) {
    GrpoConfig role = run.generator();
    int candidates = role.promptsPerStep() * role.numGenerations();
    Resident models = new Resident().learning(GENERATOR).frozen(SOLVER, iteration - 1);
    if (role.beta() > 0) {
      models.frozen(GENERATOR, iteration - 1);
    }
    Sampling probe =
        new Sampling(
            answered(),
            candidates,
            run.probe().kSolverSamples(),
            run.probe().maxCompletionLength());
    Sampling judge =
        new Sampling(
            answered() + PlanAssumptions.ANSWER_TOKENS,
            candidates,
            1,
            run.judge().maxCompletionLength());
    List<Sampling> samplings =
        run.judge().enabled() && run.reward().generator().judgeWeight() > 0
            ? List.of(step(role, written()), probe, judge)
            : List.of(step(role, written()), probe);
    return training(models.bytes(), role, written(), samplings);
  }

  /** Stage B, first half: the Generator writes. */
  long writing(int iteration) {
    DatasetConfig dataset = run.dataset();
    return sampling(
        new Resident().frozen(GENERATOR, iteration).bytes(),
        new Sampling(written(), dataset.chunkSize(), 1, dataset.maxCompletionLength()));
  }

  /** Stage B, second half: the Solver answers, and grades if it is asked to. */
  long verifying(int iteration) {
    DatasetConfig dataset = run.dataset();
    int replayed = Math.min(iteration - 1, dataset.replayIterations()) * dataset.nFinal();
    int chunk =
        Math.max(
            dataset.chunkSize(), Math.ceilDiv(dataset.nGenerate() + replayed, dataset.chunks()));
    long models = new Resident().frozen(SOLVER, iteration - 1).bytes();
    Sampling answers =
        new Sampling(answered(), chunk, dataset.kVerify(), dataset.maxVerifyLength());
    Sampling grades =
        new Sampling(answered() + PlanAssumptions.ANSWER_TOKENS, chunk, 1, GRADE_TOKENS);
    return dataset.difficulty() == DifficultySource.JUDGE
        ? sampling(models, answers, grades)
        : sampling(models, answers);
  }

  /** Stage C: the Solver learns. */
  long solver(int iteration) {
    GrpoConfig role = run.solver();
    Resident models = new Resident().learning(SOLVER);
    if (role.beta() > 0) {
      models.frozen(SOLVER, iteration - 1);
    }
    return training(models.bytes(), role, answered(), List.of(step(role, answered())));
  }

  /** Stage D, after no iteration that of the base. */
  long evaluation(int iteration) {
    return sampling(
        new Resident().frozen(SOLVER, iteration).bytes(),
        new Sampling(
            answered(), run.evaluation().batchSize(), 1, run.evaluation().maxCompletionLength()));
  }

  private static Sampling step(GrpoConfig role, int prompt) {
    return new Sampling(
        prompt, role.promptsPerStep(), role.numGenerations(), role.maxCompletionLength());
  }

  private long training(long models, GrpoConfig role, int prompt, List<Sampling> samplings) {
    long group = prompt + (long) role.numGenerations() * role.maxCompletionLength();
    long passes = model.passes(PlanAssumptions.learner(role), role.promptsPerStep() * group);
    long scoring = role.beta() > 0 ? model.scoring(group) : 0;
    return Math.max(
        models + Math.max(passes, scoring), sampling(models, samplings.toArray(Sampling[]::new)));
  }

  private long sampling(long models, Sampling... samplings) {
    long free = Math.max(0, machine - models);
    return models
        + Arrays.stream(samplings)
            .mapToLong(sampling -> model.sampling(sampling, free))
            .max()
            .orElse(0);
  }

  private LearnerSpec learner(String role) {
    return PlanAssumptions.learner(role.equals(SOLVER) ? run.solver() : run.generator());
  }

  /** Tokens of a Generator's prompt. */
  private int written() {
    return (int) Math.ceil(prompts.generator().mean());
  }

  /** Tokens of a Solver's prompt. */
  private int answered() {
    return (int) Math.ceil(prompts.solver().mean());
  }
}
