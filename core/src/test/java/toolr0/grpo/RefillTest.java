package toolr0.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.chat.Message;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.Stage;
import toolr0.run.StageId;
import toolr0.testsupport.RunCopies;
import toolr0.testsupport.ToyStore;
import tools.jackson.databind.node.ObjectNode;

class RefillTest {
  private static final StageId STAGE = new StageId(1, Stage.SOLVER);
  private static final int PROMPTS = 3;

  @TempDir private Path folder;
  private final List<Event> events = new ArrayList<>();
  private final List<Refill> refills = new ArrayList<>();

  @BeforeEach
  void writeBase() {
    ToyStore.writeBase(folder.resolve("base"));
  }

  private static GrpoConfig config(int maxRefills) {
    GrpoConfig d = GrpoConfig.solverDefaults();
    return new GrpoConfig(
        2,
        PROMPTS,
        d.numGenerations(),
        false,
        maxRefills,
        50,
        d.temperature(),
        d.topP(),
        d.topK(),
        0.1,
        d.lrSchedulerType(),
        d.warmupSteps(),
        d.numIterations(),
        d.beta(),
        d.epsilon(),
        d.epsilonHigh(),
        d.lossType(),
        d.scaleRewards(),
        d.maskTruncatedCompletions(),
        d.maxGradNorm(),
        d.optim(),
        d.weightDecay(),
        d.adamBeta1(),
        d.adamBeta2(),
        d.adamEpsilon(),
        100,
        d.gradientCheckpointing(),
        d.lmHeadChunkMb(),
        d.loraR(),
        d.loraAlpha(),
        d.loraDropout(),
        d.loraTargetModules(),
        1);
  }

  /** Rewards by round, place and member. */
  private final class Scripted implements Environment {
    /** The reward of the member given by the second value in (round, place) of the first. */
    private final ToDoubleBiFunction<int[], Integer> reward;

    Scripted(ToDoubleBiFunction<int[], Integer> reward) {
      this.reward = reward;
    }

    @Override
    public List<String> rewardNames() {
      return List.of("only");
    }

    @Override
    public List<Double> rewardWeights() {
      return List.of(1.0);
    }

    @Override
    public double maximumReward() {
      return 1;
    }

    @Override
    public OptionalInt promptsPerEpoch() {
      return OptionalInt.empty();
    }

    @Override
    public List<Prompt> prompts(int step) {
      return prompts(new Refill(step, 0, List.of(0, 1, 2)));
    }

    @Override
    public List<Prompt> prompts(Refill refill) {
      return refill.places().stream()
          .map(
              p -> {
                String text = "ask " + refill.step() + " " + refill.round() + " " + p;
                return new Prompt(
                    "p" + refill.round() + p, List.of(Message.user(text)), text.chars().toArray());
              })
          .toList();
    }

    @Override
    public StepScores score(int step, List<Group> groups) {
      return scores(new Refill(step, 0, List.of(0, 1, 2)), groups);
    }

    @Override
    public StepScores score(Refill refill, List<Group> groups) {
      refills.add(refill);
      return scores(refill, groups);
    }

    private StepScores scores(Refill refill, List<Group> groups) {
      List<List<CompletionScore>> scoresPG =
          IntStream.range(0, groups.size())
              .mapToObj(
                  p ->
                      IntStream.range(0, groups.get(p).completionsG().size())
                          .mapToObj(
                              g -> {
                                int[] at = {refill.round(), refill.places().get(p)};
                                double value = reward.applyAsDouble(at, g);
                                return new CompletionScore(
                                    new Outcome.Scored(List.of(value)), Json.object());
                              })
                          .toList())
              .toList();
      return new StepScores(scoresPG, new TreeMap<>(), Optional.empty());
    }
  }

  /** Place 0 has a signal at once, place 1 in round 2, place 2 never. */
  private static double script(int[] at, int member) {
    boolean live = at[1] == 0 || (at[1] == 1 && at[0] == 2);
    return live ? (member == 0 ? 1 : 0) : at[1] - 1;
  }

  private boolean train(String name, int maxRefills, BooleanSupplier stop) {
    Path root = folder.resolve(name).resolve("run");
    boolean fresh = !root.toFile().exists();
    try (RunDirectory run =
        fresh
            ? RunDirectory.create(
                root,
                Json.object(),
                1,
                new TreeMap<>(),
                List.of(folder.resolve("base")),
                InstantSource.system())
            : RunDirectory.resume(
                root,
                Json.object(),
                new TreeMap<>(),
                List.of(folder.resolve("base")),
                InstantSource.system())) {
      return new GrpoTrainer(
              run,
              STAGE,
              config(maxRefills),
              new ToyStore(() -> {}),
              events::add,
              stop,
              new Seed(3))
          .train(
              folder.resolve("base"),
              "solver",
              learner -> new Scripted(RefillTest::script),
              "a test");
    }
  }

  private List<ObjectNode> lines(String name) {
    return JsonLines.read(folder.resolve(name).resolve("run/completions/iteration-1-solver.jsonl"));
  }

  private SortedMap<String, Double> metrics(int step) {
    return new TreeMap<>(
        events.stream()
            .filter(Event.StepFinished.class::isInstance)
            .map(Event.StepFinished.class::cast)
            .toList()
            .get(step)
            .metrics());
  }

  @Test
  void groupsWithoutSignalAreDrawnAgainInTheirPlaces() {
    assertThat(train("run", 3, () -> false)).isTrue();
    assertThat(refills.subList(0, 3))
        .containsExactly(
            new Refill(0, 1, List.of(1, 2)),
            new Refill(0, 2, List.of(1, 2)),
            new Refill(0, 3, List.of(2)));
    List<ObjectNode> first =
        lines("run").stream().filter(l -> l.required("step").asInt() == 1).toList();
    assertThat(first).hasSize((3 + 2 + 2 + 1) * 4);
    assertThat(
            first.stream()
                .filter(l -> l.required("trained").asBoolean())
                .map(l -> l.required("prompt_id").asString())
                .distinct())
        .containsExactly("p00", "p02", "p21");
    assertThat(first)
        .allSatisfy(
            line -> {
              boolean learned =
                  List.of("p00", "p21").contains(line.required("prompt_id").asString());
              assertThat(line.required("advantage").asDouble() != 0).isEqualTo(learned);
            });
    assertThat(first.getLast().required("refill").asInt()).isEqualTo(3);
  }

  @Test
  void measuresAreThoseOfTheGroupsThatNobodySelected() {
    train("run", 3, () -> false);
    assertThat(metrics(0))
        .containsEntry("groups/all_wrong", 1.0 / 3)
        .containsEntry("groups/all_right", 1.0 / 3)
        .containsEntry("frac_reward_zero_std", 2.0 / 3)
        .containsEntry("groups/refilled", 1.0 / 3)
        .containsEntry("groups/drawn", 8.0 / 3)
        .containsEntry("reward", 5.0 / 12);
  }

  @Test
  void withoutRefillsNothingIsDrawnAgain() {
    train("run", 0, () -> false);
    assertThat(refills).isEmpty();
    assertThat(lines("run")).hasSize(2 * 3 * 4).noneMatch(l -> l.has("refill"));
    assertThat(metrics(0)).doesNotContainKeys("groups/refilled", "groups/drawn");
  }

  @Test
  void aResumedRunDrawsTheSameAgain() {
    train("whole", 3, () -> false);
    int[] asked = {0};
    assertThat(train("cut", 3, () -> ++asked[0] == 2)).isFalse();
    assertThat(train("cut", 3, () -> false)).isTrue();
    assertThat(
            RunCopies.difference(
                RunCopies.content(folder.resolve("whole/run")),
                RunCopies.content(folder.resolve("cut/run"))))
        .isEmpty();
    assertThat(lines("cut")).isEqualTo(lines("whole"));
  }
}
