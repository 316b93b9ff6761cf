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
import toolr0.policy.LossSpec;
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

/** A whole run with the toy policy: two iterations of three steps. */
final class ToyRun {
  static final Benchmark BENCHMARK = ToyTasks.benchmark(5);

  private ToyRun() {}

  static GrpoConfig grpo(int maxSteps) {
    return new GrpoConfig(
        maxSteps,
        2,
        3,
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
        0,
        0.9,
        0.999,
        1e-8,
        1000,
        2);
  }

  static SelfPlayConfig config() {
    return new SelfPlayConfig(
        "toy",
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
            Validation.CHECKED,
            Fingerprint.Part.COMBINED,
            1,
            Agreement.FULL_CALLS,
            1,
            DifficultySource.PASS_AT_K,
            ConfidenceBlend.published(),
            SelectionRule.BALANCED,
            TaskOrder.EASY_TO_HARD),
        new EvaluationConfig("pocket", 100, 2, 0.95));
  }

  static Plan plan() {
    return Planner.plan(
        config(),
        BENCHMARK.tasks().size(),
        new Planner.Assumptions(4, 100, 200, 50, 1000, 1000, 0));
  }

  static RunDirectory create(Path root, Path base) {
    return RunDirectory.create(
        root, ConfigJson.toJson(config()), 7, new TreeMap<>(), base, InstantSource.system());
  }

  static RunDirectory resume(Path root, Path base) {
    return RunDirectory.resume(
        root, ConfigJson.toJson(config()), new TreeMap<>(), base, InstantSource.system());
  }

  static boolean play(
      RunDirectory run, Path base, ToyStore store, RunListener listener, BooleanSupplier stop) {
    return new SelfPlay(config(), base, run, store, BENCHMARK, plan(), listener, stop).run();
  }

  static boolean play(RunDirectory run, Path base) {
    return play(run, base, new ToyStore(() -> {}), RunListener.all(List.of()), () -> false);
  }
}
