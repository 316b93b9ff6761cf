package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toolr0.base.Seed;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.curriculum.CuratedTask;
import toolr0.curriculum.Difficulty;
import toolr0.grpo.GrpoConfig;
import toolr0.grpo.Outcome;
import toolr0.grpo.Refill;
import toolr0.grpo.StepScores;
import toolr0.policy.Completion;
import toolr0.policy.Group;
import toolr0.policy.PolicyVersion;
import toolr0.policy.Prompt;
import toolr0.policy.StopReason;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.DifficultyProbe;
import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.Judge;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.ProbeOutcome;
import toolr0.reward.SolverRewardConfig;
import toolr0.task.ControlSpecSampler;
import toolr0.task.ControlSpecWeights;
import toolr0.task.TaskCheck;
import toolr0.task.TaskCheckConfig;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import toolr0.testsupport.ToyTasks;

class EnvironmentsTest {
  private static final PromptBuilder PROMPTS = PromptBuilder.of(PromptBuilder.BRIEF);
  private static final ChatRenderer RENDERER =
      new ChatRenderer() {
        @Override
        public int[] render(List<Message> messages, boolean addGenerationPrompt) {
          return new int[messages.size()];
        }
      };

  private static Group group(Prompt prompt, String... texts) {
    List<Completion> completions = new ArrayList<>();
    for (String text : texts) {
      completions.add(
          new Completion(
              new int[1], new float[1], text, StopReason.END_OF_TURN, new PolicyVersion("x", 0)));
    }
    return new Group(prompt, completions);
  }

  private static SolverEnvironment solver(int tasks, int maxSteps) {
    return solver(tasks, ToyRun.grpo(maxSteps));
  }

  private static SolverEnvironment solver(int tasks, GrpoConfig config) {
    List<CuratedTask> list =
        IntStream.range(0, tasks)
            .mapToObj(
                i ->
                    new CuratedTask(
                        i, "travel", ToyTasks.task("train", "Q" + i), 5, 10, Difficulty.MEDIUM))
            .toList();
    return new SolverEnvironment(
        list, PROMPTS, RENDERER, SolverRewardConfig.standard(), config, new Seed(9));
  }

  private static List<Integer> order(SolverEnvironment environment, int steps) {
    return IntStream.range(0, steps)
        .boxed()
        .flatMap(s -> IntStream.range(0, 2).mapToObj(p -> environment.task(s, p).index()))
        .toList();
  }

  @Test
  void theTasksReachTheTrainerInTheirOrder() {
    assertThat(order(solver(8, 4), 4)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(solver(8, 4).prompts(1))
        .extracting(Prompt::id)
        .containsExactly("task-2/0", "task-3/1");
    assertThat(solver(8, 4).prompts(1).getFirst().messages())
        .isEqualTo(
            PROMPTS.solver(
                ToyTasks.task("train", "Q2").question(), ToyTasks.task("train", "Q2").tools()));
  }

  @Test
  void fewerPromptsThanTasksAreSpreadOverTheWholeOrder() {
    assertThat(order(solver(16, 4), 4)).containsExactly(0, 2, 4, 6, 8, 10, 12, 14);
    assertThat(order(solver(11, 4), 4)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void morePromptsThanTasksStartTheOrderAgain() {
    assertThat(order(solver(3, 4), 4)).containsExactly(0, 1, 2, 0, 1, 2, 0, 1);
  }

  @Test
  void everyEpochHasAnOrderOfItsOwnWhenTheDatasetIsShuffled() {
    SolverEnvironment environment = solver(8, GrpoConfig.publishedSolver());
    List<Integer> all =
        IntStream.range(0, 2)
            .boxed()
            .flatMap(s -> IntStream.range(0, 8).mapToObj(p -> environment.task(s, p).index()))
            .toList();
    List<Integer> whole = IntStream.range(0, 8).boxed().toList();
    assertThat(all.subList(0, 8)).containsExactlyInAnyOrderElementsOf(whole).isNotEqualTo(whole);
    assertThat(all.subList(8, 16))
        .containsExactlyInAnyOrderElementsOf(whole)
        .isNotEqualTo(all.subList(0, 8));
    assertThat(solver(8, GrpoConfig.publishedSolver()).task(1, 3).index()).isEqualTo(all.get(11));
  }

  @Test
  void aTaskWithoutSignalGivesItsPlaceToOneThatTheStepDoesNotHave() {
    SolverEnvironment environment = solver(8, 4);
    assertThat(environment.prompts(new Refill(1, 1, List.of(0, 1))))
        .extracting(Prompt::id)
        .containsExactly("task-4/refill-1/0", "task-5/refill-1/1");
    assertThat(environment.prompts(new Refill(3, 2, List.of(1))))
        .extracting(Prompt::id)
        .containsExactly("task-3/refill-2/0");
    assertThat(solver(16, 4).prompts(new Refill(3, 1, List.of(0, 1))))
        .extracting(Prompt::id)
        .containsExactly("task-0/refill-1/0", "task-2/refill-1/1");
    Refill refill = new Refill(1, 1, List.of(1));
    String answer = ToyTasks.answer(ToyTasks.task("train", "Q5").question(), true).orElseThrow();
    assertThat(
            environment
                .score(refill, List.of(group(environment.prompts(refill).getFirst(), answer)))
                .scoresPG()
                .getFirst()
                .getFirst()
                .outcome())
        .isEqualTo(new Outcome.Scored(List.of(1.0, 1.0, 1.0)));
  }

  @Test
  void refillsOfAShuffledDatasetFollowItsOrder() {
    int prompts = GrpoConfig.publishedSolver().promptsPerStep();
    SolverEnvironment environment = solver(4 * prompts, GrpoConfig.publishedSolver());
    List<Integer> places = IntStream.range(0, prompts).boxed().toList();
    for (int step = 0; step < 8; step++) {
      List<Integer> drawn = new ArrayList<>(asked(environment.prompts(step)));
      for (int round = 1; round <= 3; round++) {
        drawn.addAll(asked(environment.prompts(new Refill(step, round, places))));
      }
      assertThat(drawn)
          .as("step " + step)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 4 * prompts).boxed().toList());
    }
    assertThat(asked(environment.prompts(new Refill(1, 2, places))))
        .isEqualTo(asked(environment.prompts(3)));
  }

  private static List<Integer> asked(List<Prompt> prompts) {
    return prompts.stream()
        .map(prompt -> Integer.valueOf(prompt.id().replaceAll("task-(\\d+)/.*", "$1")))
        .toList();
  }

  @Test
  void aSolverIsRewardedForFormAndAgreement() {
    SolverEnvironment environment = solver(8, 4);
    String question = ToyTasks.task("train", "Q0").question();
    StepScores scores =
        environment.score(
            0,
            List.of(
                group(
                    environment.prompts(0).getFirst(),
                    ToyTasks.answer(question, true).orElseThrow(),
                    ToyTasks.answer(question, false).orElseThrow(),
                    "no idea")));
    List<Outcome> outcomes =
        scores.scoresPG().getFirst().stream().map(score -> score.outcome()).toList();
    assertThat(outcomes.get(0)).isEqualTo(new Outcome.Scored(List.of(1.0, 1.0, 1.0)));
    assertThat(((Outcome.Scored) outcomes.get(1)).partsR().get(1)).isBetween(0.1, 0.9);
    assertThat(outcomes.get(2)).isEqualTo(new Outcome.Scored(List.of(0.0, 0.0, 0.0)));
    assertThat(scores.metrics())
        .containsEntry("solver/exact_match", 1.0 / 3)
        .containsEntry("solver/exact_match/medium", 1.0 / 3)
        .containsEntry("solver/parse_rate", 2.0 / 3);
  }

  private final List<Integer> probed = new ArrayList<>();
  private final List<Integer> judged = new ArrayList<>();

  private GeneratorEnvironment generator(JudgeOutcome judgement) {
    return generator(
        judgement,
        new ControlSpecWeights(
            Map.of("travel", 1.0), 0, 0, Map.of(1, 1.0), Map.of(2, 1.0), Map.of(3, 1.0)));
  }

  private GeneratorEnvironment generator(JudgeOutcome judgement, ControlSpecWeights weights) {
    DifficultyProbe probe =
        (tasks, seed) -> {
          probed.add(tasks.size());
          return tasks.stream().<ProbeOutcome>map(t -> new ProbeOutcome.Scored(4, 8)).toList();
        };
    Judge judge =
        (tasks, seed) -> {
          judged.add(tasks.size());
          return tasks.stream().map(t -> judgement).toList();
        };
    return new GeneratorEnvironment(
        new ControlSpecSampler(weights),
        2,
        PROMPTS,
        RENDERER,
        new TaskParser(TaskParserConfig.standard()),
        new TaskCheck(TaskCheckConfig.standard()),
        GeneratorRewardConfig.standard(),
        probe,
        Optional.of(judge),
        new Seed(1));
  }

  @Test
  void onlySoundTasksOfAStepAreProbedAllInOneCall() {
    GeneratorEnvironment environment = generator(new JudgeOutcome.Scored(5));
    List<Prompt> prompts = environment.prompts(0);
    String good = ToyTasks.completion("train", "QBDFHJ");
    String ungrounded = good.replace("code QBDFHJ before", "code before");
    StepScores scores =
        environment.score(
            0,
            List.of(
                group(prompts.get(0), good, "nothing"),
                group(prompts.get(1), ungrounded, ToyTasks.completion("hotel", "QKKKMM"))));
    assertThat(probed).containsExactly(2);
    assertThat(judged).containsExactly(2);
    assertThat(scores.metrics())
        .containsEntry("generator/parse_rate", 0.75)
        .containsEntry("generator/sound_rate", 0.5)
        .containsEntry("generator/frac_in_band", 1.0)
        .containsEntry("generator/frac_in_band_of_all", 0.5)
        .containsEntry("generator/p_success_mean", 0.5)
        .containsEntry("generator/judge_mean", 5.0);
    List<Double> goodParts = ((Outcome.Scored) scores.scoresPG().get(0).get(0).outcome()).partsR();
    assertThat(goodParts.subList(0, 5)).containsExactly(1.0, 1.0, 1.0, 1.0, 1.0);
    List<Double> badParts = ((Outcome.Scored) scores.scoresPG().get(0).get(1).outcome()).partsR();
    assertThat(badParts.subList(0, 5)).containsExactly(0.0, 0.0, 0.0, 0.0, 0.0);
    List<Double> flawed = ((Outcome.Scored) scores.scoresPG().get(1).get(0).outcome()).partsR();
    assertThat(flawed.get(3)).isZero();
  }

  @Test
  void noSoundTaskMeansNoCallAtAll() {
    GeneratorEnvironment environment = generator(new JudgeOutcome.Scored(5));
    StepScores scores =
        environment.score(0, List.of(group(environment.prompts(0).getFirst(), "nothing", "")));
    assertThat(probed).isEmpty();
    assertThat(judged).isEmpty();
    assertThat(scores.metrics())
        .containsEntry("generator/frac_in_band_of_all", 0.0)
        .doesNotContainKeys(
            "generator/frac_in_band", "generator/p_success_mean", "generator/judge_mean");
  }

  @Test
  void aFailedJudgeMakesTheCompletionUnscorable() {
    GeneratorEnvironment environment = generator(new JudgeOutcome.Failed("no score"));
    StepScores scores =
        environment.score(
            0,
            List.of(
                group(
                    environment.prompts(0).getFirst(),
                    ToyTasks.completion("train", "QBDFHJ"),
                    "nothing")));
    assertThat(scores.scoresPG().getFirst().get(0).outcome())
        .isEqualTo(new Outcome.Unscorable("judge: no score"));
    assertThat(scores.scoresPG().getFirst().get(1).outcome()).isInstanceOf(Outcome.Scored.class);
    assertThat(scores.metrics()).containsEntry("generator/judge_failed_rate", 1.0);
  }

  @Test
  void aRefillAsksForOtherTasksThanTheStepAndAlwaysForTheSame() {
    ControlSpecWeights weights = ControlSpecWeights.published();
    GeneratorEnvironment environment = generator(new JudgeOutcome.Scored(1), weights);
    Refill refill = new Refill(0, 1, List.of(0, 1));
    List<List<Message>> asked = environment.prompts(refill).stream().map(Prompt::messages).toList();
    assertThat(asked)
        .isEqualTo(
            generator(new JudgeOutcome.Scored(1), weights).prompts(refill).stream()
                .map(Prompt::messages)
                .toList())
        .isNotEqualTo(environment.prompts(0).stream().map(Prompt::messages).toList())
        .isNotEqualTo(
            environment.prompts(new Refill(0, 2, List.of(0, 1))).stream()
                .map(Prompt::messages)
                .toList());
  }

  @Test
  void theSameStepAsksTheSameQuestions() {
    assertThat(generator(new JudgeOutcome.Scored(1)).prompts(3).stream().map(Prompt::messages))
        .isEqualTo(
            generator(new JudgeOutcome.Scored(1)).prompts(3).stream()
                .map(Prompt::messages)
                .toList());
  }
}
