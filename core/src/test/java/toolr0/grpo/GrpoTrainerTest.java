package toolr0.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.Completion;
import toolr0.policy.Group;
import toolr0.policy.LoraSpec;
import toolr0.policy.LossSpec;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.Prompt;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.Stage;
import toolr0.run.StageId;
import toolr0.testsupport.ToyStore;
import tools.jackson.databind.node.ObjectNode;

class GrpoTrainerTest {
  private static final StageId STAGE = new StageId(1, Stage.SOLVER);
  private static final GrpoConfig CONFIG =
      new GrpoConfig(
          4,
          2,
          3,
          false,
          0,
          50,
          1,
          1,
          0,
          0.1,
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
          100,
          false,
          64,
          0,
          32,
          0,
          LoraSpec.ALL_LINEAR,
          3);

  @TempDir private Path folder;
  private final List<Event> events = new ArrayList<>();

  @BeforeEach
  void writeBase() {
    ToyStore.writeBase(folder.resolve("base"));
  }

  /**
   * Rewards a completion by its last letter; the first member of the first group cannot be scored.
   */
  private static final class Letters implements Environment {
    @Override
    public List<String> rewardNames() {
      return List.of("low", "high");
    }

    @Override
    public List<Double> rewardWeights() {
      return List.of(1.0, 2.0);
    }

    @Override
    public double maximumReward() {
      return 3;
    }

    @Override
    public OptionalInt promptsPerEpoch() {
      return OptionalInt.of(4);
    }

    @Override
    public List<Prompt> prompts(int step) {
      return List.of(prompt(step, 0), prompt(step, 1));
    }

    private static Prompt prompt(int step, int p) {
      String question = "Please ask lookup_train about the code AB" + step + p;
      return new Prompt("p" + p, List.of(Message.user(question)), question.chars().toArray());
    }

    @Override
    public StepScores score(int step, List<Group> groups) {
      List<List<CompletionScore>> scores = new ArrayList<>();
      for (Group group : groups) {
        List<CompletionScore> scoresG = new ArrayList<>();
        for (Completion completion : group.completionsG()) {
          boolean first = scores.isEmpty() && scoresG.isEmpty();
          double right = completion.text().contains("X") ? 0 : 1;
          Outcome outcome =
              first ? new Outcome.Unscorable("no answer") : new Outcome.Scored(List.of(0.5, right));
          scoresG.add(new CompletionScore(outcome, Json.object().put("note", "n" + step)));
        }
        scores.add(scoresG);
      }
      TreeMap<String, Double> metrics = new TreeMap<>();
      metrics.put("own/metric", 4.0);
      return new StepScores(scores, metrics, Optional.empty());
    }

    @Override
    public List<Prompt> prompts(Refill refill) {
      throw new AssertionError("max_refills is 0");
    }

    @Override
    public StepScores score(Refill refill, List<Group> groups) {
      throw new AssertionError("max_refills is 0");
    }
  }

  private RunDirectory create() {
    return RunDirectory.create(
        folder.resolve("run"),
        Json.object(),
        1,
        new TreeMap<>(),
        List.of(folder.resolve("base")),
        InstantSource.system());
  }

  private boolean train(RunDirectory run) {
    GrpoTrainer trainer =
        new GrpoTrainer(
            run, STAGE, CONFIG, new ToyStore(() -> {}), events::add, () -> false, new Seed(3));
    return trainer.train(folder.resolve("base"), "solver", learner -> new Letters(), "a test");
  }

  private List<Event.StepFinished> steps() {
    return events.stream()
        .filter(Event.StepFinished.class::isInstance)
        .map(Event.StepFinished.class::cast)
        .toList();
  }

  @Test
  void everyStepHasTheMetricsOfTrlByName() {
    try (RunDirectory run = create()) {
      assertThat(train(run)).isTrue();
    }
    assertThat(steps()).hasSize(4);
    assertThat(steps().getFirst().metrics().keySet())
        .contains(
            "loss",
            "grad_norm",
            "learning_rate",
            "epoch",
            "num_tokens",
            "step_time",
            "reward",
            "reward_std",
            "rewards/low/mean",
            "rewards/low/std",
            "rewards/high/mean",
            "rewards/high/std",
            "frac_reward_zero_std",
            "entropy",
            "clip_ratio/low_mean",
            "clip_ratio/high_mean",
            "clip_ratio/region_mean",
            "completions/mean_length",
            "completions/min_length",
            "completions/max_length",
            "completions/clipped_ratio",
            "completions/mean_terminated_length",
            "completions/min_terminated_length",
            "completions/max_terminated_length",
            "sampling/sampling_logp_difference/mean",
            "sampling/sampling_logp_difference/max",
            "own/metric")
        .doesNotContain("kl");
  }

  @Test
  void rewardsAreWeightedSumsAndTheUnscorableIsLeftOut() {
    try (RunDirectory run = create()) {
      train(run);
    }
    List<ObjectNode> lines =
        JsonLines.read(folder.resolve("run/completions/iteration-1-solver.jsonl"));
    assertThat(lines).hasSize(4 * 2 * 3);
    ObjectNode unscorable = lines.getFirst();
    assertThat(unscorable.required("reward").isNull()).isTrue();
    assertThat(unscorable.required("advantage").asDouble()).isZero();
    assertThat(unscorable.required("unscorable").asString()).isEqualTo("no answer");
    ObjectNode scored = lines.get(1);
    assertThat(scored.required("reward").asDouble())
        .isEqualTo(0.5 + 2 * scored.required("parts").required("high").asDouble());
    assertThat(scored.required("note").asString()).isEqualTo("n0");
    double mean =
        lines.subList(1, 6).stream()
            .mapToDouble(l -> l.required("reward").asDouble())
            .average()
            .orElseThrow();
    assertThat(steps().getFirst().metrics().get("reward")).isCloseTo(mean, within(1e-12));
    assertThat(steps().getFirst().metrics().get("unscorable_ratio")).isEqualTo(1.0 / 6);
  }

  @Test
  void tokensAddUpAndTheLearningRateFollowsItsSchedule() {
    try (RunDirectory run = create()) {
      train(run);
    }
    List<Event.StepFinished> steps = steps();
    for (int i = 0; i < steps.size(); i++) {
      assertThat(steps.get(i).metrics().get("learning_rate"))
          .isCloseTo(0.1 * (1 - i / 4.0), within(1e-12));
      assertThat(steps.get(i).metrics().get("epoch")).isEqualTo((i + 1) * 2 / 4.0);
      if (i > 0) {
        assertThat(steps.get(i).metrics().get("num_tokens"))
            .isGreaterThan(steps.get(i - 1).metrics().get("num_tokens"));
      }
    }
  }

  @Test
  void onlyTheLastCheckpointOfAStageStays() {
    try (RunDirectory run = create()) {
      train(run);
      assertThat(run.finished(STAGE)).isTrue();
      assertThat(run.manifest().checkpoints()).containsKey("iteration-1/solver/checkpoint");
    }
    Path stage = folder.resolve("run/iteration-1/solver");
    assertThat(stage.resolve("checkpoint")).isDirectory();
    assertThat(stage.toFile().list()).containsExactly("checkpoint");
  }
}
