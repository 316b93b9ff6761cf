package toolr0.grpo;

import java.util.List;
import toolr0.base.Check;
import toolr0.base.Seed;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LoraSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.policy.SamplingParams;

/**
 * How one role is trained; TRL's names and definitions, except that a step is stated as prompts
 * times generations and micro-batches follow from a token budget.
 *
 * @param maxSteps optimizer steps of the stage
 * @param promptsPerStep prompts in one step
 * @param numGenerations completions of each prompt, the group; at least 2
 * @param shuffleDataset whether tasks come in an order drawn anew for every epoch, as published,
 *     instead of the dataset's; control specs are drawn at random anyway
 * @param maxRefills how often groups without signal (all rewards equal) are replaced by freshly
 *     drawn ones within a step, DAPO's dynamic sampling; 0 leaves them
 * @param maxCompletionLength most new tokens of a completion
 * @param temperature at which completions are sampled, above 0
 * @param topP nucleus mass in (0, 1]; below 1 the samples are no longer the trained distribution's
 * @param topK most probable ids kept, 0 for all; otherwise as {@code top_p}
 * @param learningRate at its highest
 * @param lrSchedulerType how it runs over the steps
 * @param warmupSteps steps over which it rises from 0
 * @param numIterations how often one batch is used (mu)
 * @param beta weight of the KL term against the stage's starting weights; 0 switches it off
 * @param epsilon lower clip range
 * @param epsilonHigh upper clip range
 * @param lossType how token losses are averaged
 * @param scaleRewards what advantages are divided by
 * @param maskTruncatedCompletions whether completions cut off by the length limit carry no loss
 * @param maxGradNorm gradients are scaled down to this norm
 * @param optim what AdamW keeps of its moments: {@code adamw} fp32, {@code adamw_8bit} 8 bits for
 *     those of matrices, which takes a quarter of the memory
 * @param weightDecay AdamW's, decoupled
 * @param adamBeta1 AdamW's first decay
 * @param adamBeta2 AdamW's second decay
 * @param adamEpsilon AdamW's epsilon
 * @param tokensPerMicroBatch most tokens (prompt once, then its completions) in one forward and
 *     backward pass
 * @param gradientCheckpointing whether a layer keeps only its input and is computed again for the
 *     gradients: about a third more time for a fraction of the memory, with the same bits
 * @param lmHeadChunkMb most MiB of a tensor over the vocabulary in a training pass; where no
 *     gradients are computed, in sampling and in scoring by the reference, it is 64 MiB
 * @param loraR rank of the low-rank adapters that are trained while the weights stay frozen (LoRA,
 *     names of PEFT); 0 trains all weights. One base in memory then serves both roles, the probe
 *     and the reference
 * @param loraAlpha what the adapters add counts {@code lora_alpha / lora_r}
 * @param loraDropout share of an adapter's inputs that are left out in training, in [0, 1)
 * @param loraTargetModules linear layers that get an adapter
 * @param saveSteps a checkpoint is written every so many steps, and always at the last
 */
public record GrpoConfig(
    int maxSteps,
    int promptsPerStep,
    int numGenerations,
    boolean shuffleDataset,
    int maxRefills,
    int maxCompletionLength,
    double temperature,
    double topP,
    int topK,
    double learningRate,
    LrScheduler lrSchedulerType,
    int warmupSteps,
    int numIterations,
    double beta,
    double epsilon,
    double epsilonHigh,
    LossSpec.LossType lossType,
    ScaleRewards scaleRewards,
    boolean maskTruncatedCompletions,
    double maxGradNorm,
    OptimizerSpec.Optim optim,
    double weightDecay,
    double adamBeta1,
    double adamBeta2,
    double adamEpsilon,
    int tokensPerMicroBatch,
    boolean gradientCheckpointing,
    int lmHeadChunkMb,
    int loraR,
    double loraAlpha,
    double loraDropout,
    List<String> loraTargetModules,
    int saveSteps) {
  public GrpoConfig {
    Check.atLeast("max_steps", maxSteps, 1);
    Check.atLeast("prompts_per_step", promptsPerStep, 1);
    Check.require(
        numGenerations >= 2,
        "num_generations",
        numGenerations,
        "must be at least 2: an advantage compares the completions of one prompt");
    Check.atLeast("max_refills", maxRefills, 0);
    Check.atLeast("max_completion_length", maxCompletionLength, 1);
    Check.positive("temperature", temperature);
    Check.require(topP > 0 && topP <= 1, "top_p", topP, "must be above 0 and at most 1");
    Check.atLeast("top_k", topK, 0);
    Check.positive("learning_rate", learningRate);
    Check.atLeast("warmup_steps", warmupSteps, 0);
    Check.require(
        warmupSteps < maxSteps, "warmup_steps", warmupSteps, "must be below max_steps " + maxSteps);
    Check.atLeast("num_iterations", numIterations, 1);
    Check.notNegative("beta", beta);
    Check.within("epsilon", epsilon, 0, 1);
    Check.notNegative("epsilon_high", epsilonHigh);
    Check.positive("max_grad_norm", maxGradNorm);
    OptimizerSpec _ = new OptimizerSpec(optim, adamBeta1, adamBeta2, adamEpsilon, weightDecay);
    PassSpec _ = new PassSpec(tokensPerMicroBatch, gradientCheckpointing, lmHeadChunkMb);
    loraTargetModules =
        new LoraSpec(loraR, loraAlpha, loraDropout, loraTargetModules).targetModules();
    Check.atLeast("save_steps", saveSteps, 1);
  }

  /** The published settings of the Generator (method section 7). */
  public static GrpoConfig generatorDefaults() {
    return published(6, false);
  }

  /**
   * The published settings of the Solver (method section 7), but the tasks in the dataset's order
   * (section 9.1, number 9).
   */
  public static GrpoConfig solverDefaults() {
    return published(8, false);
  }

  /** The published settings of the Solver (method section 7). */
  public static GrpoConfig publishedSolver() {
    return published(8, true);
  }

  private static GrpoConfig published(int promptsPerStep, boolean shuffleDataset) {
    return new GrpoConfig(
        50,
        promptsPerStep,
        4,
        shuffleDataset,
        0,
        2048,
        1.0,
        1.0,
        0,
        1e-6,
        LrScheduler.LINEAR,
        0,
        1,
        0.0,
        0.2,
        0.2,
        LossSpec.LossType.GRPO,
        ScaleRewards.GROUP,
        false,
        1.0,
        OptimizerSpec.DEFAULT.optim(),
        OptimizerSpec.DEFAULT.weightDecay(),
        OptimizerSpec.DEFAULT.adamBeta1(),
        OptimizerSpec.DEFAULT.adamBeta2(),
        OptimizerSpec.DEFAULT.adamEpsilon(),
        16384,
        false,
        PassSpec.LM_HEAD_CHUNK_MB,
        LoraSpec.OFF.r(),
        LoraSpec.OFF.alpha(),
        LoraSpec.OFF.dropout(),
        LoraSpec.OFF.targetModules(),
        2);
  }

  /** How completions are sampled. */
  public SamplingParams sampling() {
    return new SamplingParams(maxCompletionLength, temperature, topP, topK, List.of());
  }

  /** The loss. */
  public LossSpec loss() {
    return new LossSpec(
        lossType,
        epsilon,
        epsilonHigh,
        beta,
        maskTruncatedCompletions,
        maxCompletionLength,
        temperature,
        maxGradNorm);
  }

  /**
   * The learner.
   *
   * @param seed of what it draws
   */
  public LearnerSpec learner(Seed seed) {
    return new LearnerSpec(
        new OptimizerSpec(optim, adamBeta1, adamBeta2, adamEpsilon, weightDecay),
        new PassSpec(tokensPerMicroBatch, gradientCheckpointing, lmHeadChunkMb),
        lora(),
        seed);
  }

  /** The adapters. */
  public LoraSpec lora() {
    return new LoraSpec(loraR, loraAlpha, loraDropout, loraTargetModules);
  }

  /** The learning rate of a step, from 0. */
  public double learningRateAt(int step) {
    return learningRate * lrSchedulerType.factor(step, warmupSteps, maxSteps);
  }
}
