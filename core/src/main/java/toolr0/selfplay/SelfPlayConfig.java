package toolr0.selfplay;

import toolr0.base.Check;
import toolr0.curriculum.DatasetConfig;
import toolr0.eval.EvaluationConfig;
import toolr0.grpo.GrpoConfig;

/**
 * The whole configuration of a run. Defaults are those of the published method.
 *
 * @param model folder of the base checkpoint
 * @param seed the root of all randomness
 * @param iterations rounds of Generator and Solver
 * @param prompts name of the set of prompts
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
    GrpoConfig generator,
    GrpoConfig solver,
    ProbeConfig probe,
    JudgeConfig judge,
    DatasetConfig dataset,
    EvaluationConfig evaluation) {
  public SelfPlayConfig {
    Check.require(!model.isBlank(), "model", "\"\"", "must name a checkpoint folder");
    Check.atLeast("iterations", iterations, 1);
    Check.require(!prompts.isBlank(), "prompts", "\"\"", "must name a set of prompts");
  }

  /** The published settings, starting from a checkpoint. */
  public static SelfPlayConfig defaults(String model) {
    return new SelfPlayConfig(
        model,
        1,
        3,
        "default",
        GrpoConfig.generatorDefaults(),
        GrpoConfig.solverDefaults(),
        ProbeConfig.defaults(),
        JudgeConfig.defaults(),
        DatasetConfig.defaults(),
        EvaluationConfig.defaults());
  }
}
