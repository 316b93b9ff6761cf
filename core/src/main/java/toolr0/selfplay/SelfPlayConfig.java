package toolr0.selfplay;

import toolr0.base.Check;
import toolr0.curriculum.DatasetConfig;
import toolr0.eval.EvaluationConfig;
import toolr0.grpo.GrpoConfig;
import toolr0.prompt.PromptBuilder;
import toolr0.task.ControlSpecWeights;

/**
 * The whole configuration of a run. Defaults are the published settings with the corrections that
 * the parts' own defaults name.
 *
 * @param model folder of the base checkpoint
 * @param seed the root of all randomness
 * @param iterations rounds of Generator and Solver
 * @param prompts name of the set of prompts
 * @param control distributions of what the Generator is asked for
 * @param task reading and checking of what it writes
 * @param reward rewards of both roles
 * @param generator training of the Generator
 * @param solver training of the Solver
 * @param probe difficulty probes
 * @param judge judge
 * @param dataset dataset construction
 * @param evaluation evaluation
 */
public record SelfPlayConfig(
    String model,
    long seed,
    int iterations,
    String prompts,
    ControlSpecWeights control,
    TaskConfig task,
    RewardConfig reward,
    GrpoConfig generator,
    GrpoConfig solver,
    ProbeConfig probe,
    JudgeConfig judge,
    DatasetConfig dataset,
    EvaluationConfig evaluation) {
  public SelfPlayConfig {
    Check.require(!model.isBlank(), "model", "\"\"", "must name a checkpoint folder");
    Check.atLeast("iterations", iterations, 1);
    Check.require(
        PromptBuilder.sets().contains(prompts),
        "prompts",
        prompts,
        "must be one of " + PromptBuilder.sets());
  }

  /** The published settings, starting from a checkpoint. */
  public static SelfPlayConfig defaults(String model) {
    return new SelfPlayConfig(
        model,
        1,
        3,
        PromptBuilder.FULL,
        ControlSpecWeights.standard(),
        TaskConfig.defaults(),
        RewardConfig.defaults(),
        GrpoConfig.generatorDefaults(),
        GrpoConfig.solverDefaults(),
        ProbeConfig.defaults(),
        JudgeConfig.defaults(),
        DatasetConfig.defaults(),
        EvaluationConfig.defaults());
  }
}
