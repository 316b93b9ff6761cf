package toolr0.selfplay;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import toolr0.base.Check;
import toolr0.curriculum.DatasetConfig;
import toolr0.curriculum.DifficultySource;
import toolr0.eval.EvaluationConfig;
import toolr0.grpo.GrpoConfig;
import toolr0.policy.Device;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Agreement;
import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.SolverRewardConfig;
import toolr0.task.ControlSpecWeights;
import toolr0.task.GroundingRule;
import toolr0.task.TaskCheck;
import toolr0.task.TaskCheckConfig;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import toolr0.task.TaskReader;
import toolr0.task.Validation;
import toolr0.tool.JudgedCalls;

/**
 * The whole configuration of a run.
 *
 * @param preset the values of all keys that are not written: the mended method or the published one
 * @param model folder of the base checkpoint
 * @param device where models lie and are computed: cpu, cuda, cuda:N or mps; a resumed run may take
 *     another
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
 * @param remote models behind endpoints
 */
public record SelfPlayConfig(
    Preset preset,
    String model,
    String device,
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
    EvaluationConfig evaluation,
    RemoteConfig remote) {
  public SelfPlayConfig {
    Check.require(!model.isBlank(), "model", "\"\"", "must name a checkpoint folder");
    Device.parse(device);
    Check.atLeast("iterations", iterations, 1);
    Check.require(
        PromptBuilder.sets().contains(prompts),
        "prompts",
        prompts,
        "must be one of " + PromptBuilder.sets());
    requireOneVersion(task.parser().judgedCalls() == JudgedCalls.FIRST, reward, probe, dataset);
    Check.require(
        !remote.judge().used()
            || gradesTasks(judge, reward)
            || dataset.difficulty() == DifficultySource.JUDGE,
        "remote.judge.endpoints",
        remote.judge().endpoints(),
        "is asked nothing: judge.enabled is false or reward.generator.judge_weight 0, and"
            + " dataset.difficulty is not judge");
  }

  /** Whether a judge grades the Generator's tasks. */
  boolean gradesTasks() {
    return gradesTasks(judge, reward);
  }

  private static boolean gradesTasks(JudgeConfig judge, RewardConfig reward) {
    return judge.enabled() && reward.generator().judgeWeight() > 0;
  }

  /**
   * Refuses mixtures of the first published version, in which a task has one call, with rules that
   * need all of them (method section 9.1, number 3).
   */
  private static void requireOneVersion(
      boolean firstAlone, RewardConfig reward, ProbeConfig probe, DatasetConfig dataset) {
    Check.require(
        firstAlone == (probe.agreement() == Agreement.FIRST_CALL_JSON),
        "probe.agreement",
        written(probe.agreement()),
        "must be first_call_json where task.parser.judged_calls is first, and nowhere else");
    Check.require(
        firstAlone || reward.generator().grounding() != GroundingRule.PUBLISHED_FIRST_VERSION,
        "reward.generator.grounding",
        written(reward.generator().grounding()),
        "may be so only where task.parser.judged_calls is first");
    Check.require(
        !firstAlone || dataset.validation() == Validation.PUBLISHED,
        "dataset.validation",
        written(dataset.validation()),
        "must be published where task.parser.judged_calls is first, because tasks read by that"
            + " parser lose their other calls");
  }

  private static String written(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The preset {@link Preset#DEFAULT}: the published settings with the corrections that the parts'
   * own defaults name.
   */
  public static SelfPlayConfig defaults(String model) {
    return new SelfPlayConfig(
        Preset.DEFAULT,
        model,
        Device.CPU.toString(),
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
        EvaluationConfig.defaults(),
        RemoteConfig.defaults());
  }

  /**
   * The preset {@link Preset#PAPER}: the published method, its defects included, in the first
   * version of its code, which judges the first call of a written task alone.
   */
  public static SelfPlayConfig paper(String model) {
    return new SelfPlayConfig(
        Preset.PAPER,
        model,
        Device.CPU.toString(),
        1,
        3,
        PromptBuilder.PAPER,
        ControlSpecWeights.published(),
        new TaskConfig(
            TaskParserConfig.published(true, JudgedCalls.FIRST), TaskCheckConfig.published()),
        new RewardConfig(
            GeneratorRewardConfig.published(true, JudgedCalls.FIRST),
            SolverRewardConfig.published(true)),
        GrpoConfig.generatorDefaults(),
        GrpoConfig.publishedSolver(),
        ProbeConfig.published(JudgedCalls.FIRST),
        JudgeConfig.published(),
        DatasetConfig.published(),
        EvaluationConfig.defaults(),
        RemoteConfig.defaults());
  }

  /** What decides which of the Generator's completions become tasks of the dataset. */
  public TaskReader taskReader() {
    return dataset.validation().reader(new TaskParser(task.parser()), new TaskCheck(task.check()));
  }

  /**
   * The keys whose values are not the preset's, in dotted form; model, device and seed, which no
   * preset prescribes, are not among them.
   */
  public List<String> ownKeys() {
    return ConfigJson.differingKeys(this, preset.config(model)).stream()
        .filter(key -> !Set.of("model", "device", "seed").contains(key))
        .toList();
  }
}
