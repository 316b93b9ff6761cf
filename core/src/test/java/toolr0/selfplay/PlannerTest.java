package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import toolr0.run.Plan;
import toolr0.run.Stage;
import toolr0.run.StageId;

class PlannerTest {
  private static final Planner.Assumptions ASSUMPTIONS =
      new Planner.Assumptions(1_000_000, 100, 200, 50, 1000, 500, 100_000);

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
        .isCloseTo(completions * 50 / 1000 + (50 * 8 * 100 + completions * 50) / 500, within(1e-9));
    assertThat(plan.seconds())
        .isCloseTo(plan.stages().stream().mapToDouble(Plan.StagePlan::seconds).sum(), within(1e-9));
    assertThat(plan.checkpointBytes()).isEqualTo(12_000_000);
  }

  @Test
  void memoryGrowsWithTheMicroBatch() {
    SelfPlayConfig config = SelfPlayConfig.defaults("m");
    long memory = Planner.plan(config, 420, ASSUMPTIONS).memoryBytes();
    long without =
        Planner.plan(config, 420, new Planner.Assumptions(1_000_000, 100, 200, 50, 1000, 500, 0))
            .memoryBytes();
    assertThat(memory - without).isEqualTo(100_000L * config.solver().tokensPerMicroBatch());
  }
}
