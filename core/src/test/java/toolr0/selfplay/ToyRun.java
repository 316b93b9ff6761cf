package toolr0.selfplay;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import toolr0.curriculum.ConfidenceBlend;
import toolr0.curriculum.DatasetConfig;
import toolr0.curriculum.DifficultySource;
import toolr0.curriculum.SelectionRule;
import toolr0.curriculum.TaskOrder;
import toolr0.eval.Benchmark;
import toolr0.eval.EvaluationConfig;
import toolr0.grpo.GrpoConfig;
import toolr0.grpo.LrScheduler;
import toolr0.grpo.ScaleRewards;
import toolr0.policy.LoraSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.OptimizerSpec;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Agreement;
import toolr0.run.Plan;
import toolr0.run.RunDirectory;
import toolr0.run.RunListener;
import toolr0.task.ControlSpecWeights;
import toolr0.task.Fingerprint;
import toolr0.task.Validation;
import toolr0.testsupport.ToyStore;
import toolr0.testsupport.ToyTasks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A whole run with the toy policy: two iterations of three steps. */
final class ToyRun {
  static final Benchmark BENCHMARK = ToyTasks.benchmark(5);

  private ToyRun() {}

  static GrpoConfig grpo(int maxSteps) {
    return new GrpoConfig(
        maxSteps,
        2,
        3,
        false,
        0,
        400,
        1,
        1,
        0,
        0.5,
        LrScheduler.LINEAR,
        0,
        1,
        0,
        0.2,
        0.2,
        LossSpec.LossType.GRPO,
        ScaleRewards.GROUP,
        false,
        1,
        OptimizerSpec.Optim.ADAMW,
        0,
        0.9,
        0.999,
        1e-8,
        1000,
        false,
        64,
        0,
        32,
        0,
        LoraSpec.ALL_LINEAR,
        2);
  }

  static SelfPlayConfig config() {
    return new SelfPlayConfig(
        Preset.DEFAULT,
        "toy",
        "cpu",
        7,
        2,
        PromptBuilder.BRIEF,
        new ControlSpecWeights(
            Map.of("travel", 1.0), 0, 0, Map.of(1, 1.0), Map.of(2, 1.0), Map.of(3, 1.0)),
        TaskConfig.defaults(),
        RewardConfig.defaults(),
        grpo(3),
        grpo(3),
        new ProbeConfig(4, 0.7, 100, Agreement.FULL_CALLS),
        JudgeConfig.defaults(),
        new DatasetConfig(
            10,
            4,
            0.7,
            400,
            4,
            4,
            0.7,
            100,
            0.2,
            1,
            0.75,
            0.45,
            0.2,
            0.5,
            0.3,
            1,
            2,
            Validation.CHECKED,
            Fingerprint.Part.COMBINED,
            1,
            false,
            Agreement.FULL_CALLS,
            1,
            false,
            DifficultySource.PASS_AT_K,
            ConfidenceBlend.published(),
            SelectionRule.BALANCED,
            1,
            TaskOrder.EASY_TO_HARD),
        new EvaluationConfig("pocket", 0, 100, 2, 0.95),
        RemoteConfig.defaults());
  }

  /**
   * A preset in the size of a toy: its rules, but the toy's numbers of steps, samples and tokens.
   * The toy policy does not think.
   */
  static SelfPlayConfig config(Preset preset, int maxRefills) {
    ObjectNode tree = ConfigJson.toJson(preset.config("toy"));
    ObjectNode toy = ConfigJson.toJson(config());
    for (String key : List.of("seed", "iterations", "prompts", "control", "evaluation")) {
      tree.set(key, toy.required(key));
    }
    for (String role : List.of("generator", "solver")) {
      ObjectNode training = (ObjectNode) tree.required(role);
      JsonNode shuffle = training.required("shuffle_dataset");
      tree.set(role, toy.required(role).deepCopy());
      ((ObjectNode) tree.required(role)).set("shuffle_dataset", shuffle);
      ((ObjectNode) tree.required(role)).put("max_refills", maxRefills);
      ObjectNode reward = (ObjectNode) tree.required("reward").required(role);
      reward.put("think_required", false);
    }
    ((ObjectNode) tree.required("task").required("parser")).put("think_required", false);
    ((ObjectNode) tree.required("probe"))
        .put("k_solver_samples", 4)
        .put("max_completion_length", 100);
    ObjectNode dataset = (ObjectNode) tree.required("dataset");
    for (String key : List.of("n_generate", "n_final", "max_completion_length", "chunk_size")) {
      dataset.set(key, toy.required("dataset").required(key));
    }
    dataset.put("k_verify", 4).put("max_verify_length", 100);
    return ConfigJson.fromJson(tree);
  }

  private static Plan plan(SelfPlayConfig config) {
    return Planner.plan(
        config,
        BENCHMARK.tasks().size(),
        new Planner.Assumptions(4, 50, 100, 200, 50, 1, 5000, 1000, 1000, 0, 0, 0));
  }

  static RunDirectory create(Path root, Path base) {
    return create(root, base, config());
  }

  static RunDirectory create(Path root, Path base, SelfPlayConfig config) {
    return RunDirectory.create(
        root, ConfigJson.toJson(config), 7, new TreeMap<>(), List.of(base), InstantSource.system());
  }

  static RunDirectory resume(Path root, Path base) {
    return resume(root, base, config());
  }

  static RunDirectory resume(Path root, Path base, SelfPlayConfig config) {
    return RunDirectory.resume(
        root, ConfigJson.toJson(config), new TreeMap<>(), List.of(base), InstantSource.system());
  }

  static boolean play(
      RunDirectory run, Path base, ToyStore store, RunListener listener, BooleanSupplier stop) {
    return play(run, base, config(), store, listener, stop);
  }

  static boolean play(
      RunDirectory run,
      Path base,
      SelfPlayConfig config,
      ToyStore store,
      RunListener listener,
      BooleanSupplier stop) {
    return play(run, base, config, store, RemoteModels.none(), listener, stop);
  }

  static boolean play(
      RunDirectory run,
      Path base,
      SelfPlayConfig config,
      ToyStore store,
      RemoteModels remote,
      RunListener listener,
      BooleanSupplier stop) {
    PlannedRun planned = new PlannedRun(config, BENCHMARK, plan(config));
    return new SelfPlay(planned, new RunModels(base, store, remote), run, listener, stop).run();
  }

  static boolean play(RunDirectory run, Path base) {
    return play(run, base, new ToyStore(() -> {}), RunListener.all(List.of()), () -> false);
  }
}
