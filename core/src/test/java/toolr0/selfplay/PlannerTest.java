package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import toolr0.run.Plan;
import toolr0.run.Stage;
import toolr0.run.StageId;

class PlannerTest {
  private static final Planner.Assumptions ASSUMPTIONS =
      new Planner.Assumptions(
          1_000_000, 60, 100, 200, 50, 0.25, 4000, 1000, 500, 12_000_000, 800_000_000, 0);

  @Test
  void everyStageOfEveryIterationIsPlannedInOrder() {
    Plan plan = Planner.plan(SelfPlayConfig.defaults("m"), 420, ASSUMPTIONS);
    assertThat(plan.stages()).hasSize(1 + 4 * 3);
    assertThat(plan.stages().getFirst().id()).isEqualTo(StageId.base());
    assertThat(plan.stages()).extracting(Plan.StagePlan::id).isSorted();
    Plan.StagePlan generator = plan.stages().get(1);
    assertThat(generator.steps()).isEqualTo(50);
    assertThat(generator.promptsPerStep()).isEqualTo(6);
    assertThat(generator.completionsPerPrompt()).isEqualTo(4);
    assertThat(generator.sampledTokens()).isEqualTo(50L * 6 * 4 * (2048 + 8 * 2048 + 3 * 16));
  }

  @Test
  void timeFollowsTheMeanLengthsAndTheMachine() {
    Plan plan = Planner.plan(SelfPlayConfig.defaults("m"), 420, ASSUMPTIONS);
    Plan.StagePlan solver =
        plan.stages().stream()
            .filter(s -> s.id().stage() == Stage.SOLVER)
            .findFirst()
            .orElseThrow();
    double completions = 50 * 8 * 4;
    assertThat(solver.seconds())
        .isCloseTo(
            50 * 8 * 100 / 4000.0
                + completions * 50 / 1000
                + (50 * 8 * 100 + completions * 50) / 500,
            within(1e-9));
    assertThat(plan.seconds())
        .isCloseTo(plan.stages().stream().mapToDouble(Plan.StagePlan::seconds).sum(), within(1e-9));
    assertThat(plan.checkpointBytes()).isEqualTo(12_000_000);
    assertThat(plan.memoryBytes()).isEqualTo(800_000_000);
  }

  @Test
  void readingThePromptsTakesItsTimeInEveryStage() {
    SelfPlayConfig config = SelfPlayConfig.defaults("m");
    Plan plan = Planner.plan(config, 420, ASSUMPTIONS);
    double answers = 50 / 1000.0;
    assertThat(plan.stages().getFirst().seconds())
        .isCloseTo(420 * (100 / 4000.0 + answers), within(1e-9));
    double completions = 50 * 6 * 4;
    double judge = (100 + 50) / 4000.0 + 16 / 1000.0;
    double probe = 100 / 4000.0 + 8 * answers;
    assertThat(plan.stages().get(1).seconds())
        .isCloseTo(
            50 * 6 * 60 / 4000.0
                + completions * 200 / 1000
                + completions * 0.25 * (probe + judge)
                + (50 * 6 * 60 + completions * 200) / 500,
            within(1e-9));
    int tasks = config.dataset().nGenerate();
    assertThat(plan.stages().get(2).seconds())
        .isCloseTo(
            tasks * (60 / 4000.0 + 200 / 1000.0)
                + tasks * 0.25 * (100 / 4000.0 + config.dataset().kVerify() * answers),
            within(1e-6));
  }
}
