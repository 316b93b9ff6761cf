package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import toolr0.Mutations;

class TaskParserFuzzTest {
  private static final int MUTATIONS = 5_000;
  private static final ControlSpec SPEC = new ControlSpec("travel", ContextType.SINGLE_TURN, 2, 1);
  private static final TaskParser PARSER = new TaskParser(TaskParserConfig.standard());
  private static final TaskParser PUBLISHED = new TaskParser(TaskParserConfig.published(true));
  private static final TaskCheck CHECK = new TaskCheck(TaskCheckConfig.standard());

  @FuzzTest(maxDuration = "60s")
  void anyCompletionIsReadAndCheckedWithoutAnException(byte[] data) {
    check(new String(data, StandardCharsets.UTF_8));
  }

  @Test
  void randomChangesOfCompletionsAreReadAndCheckedWithoutAnException() {
    Mutations.run(
        Mutations.seeds(
            TaskParserFuzzTest.class,
            "TaskParserFuzzTestInputs/anyCompletionIsReadAndCheckedWithoutAnException"),
        2,
        MUTATIONS,
        TaskParserFuzzTest::check);
  }

  private static void check(String completion) {
    ParsedTask published = PUBLISHED.parse(completion);
    ParsedTask parsed = PARSER.parse(completion);
    if (published instanceof ParsedTask.Parsed
        && parsed instanceof ParsedTask.Malformed malformed) {
      assertThat(malformed.problem())
          .as("the tolerant parser refuses nothing that the strict one accepts but an unsound menu")
          .isEqualTo(ParsedTask.Problem.BAD_TOOLS);
    }
    if (parsed instanceof ParsedTask.Parsed(Task task, TaskDraft draft)) {
      assertThat(CHECK.check(SPEC, task)).containsAll(CHECK.check(task));
      assertThat(Fingerprint.of(task).combined()).hasSize(40);
      assertThat(QualityScore.of(task)).isBetween(0.0, 3.0);
      assertThat(SpecAdherence.of(SPEC, task).mean()).isBetween(0.0, 1.0);
      assertThat(draft.hasBlocks(false)).isTrue();
      for (GroundingRule rule : GroundingRule.values()) {
        GroundingScore score = Grounding.score(task.question(), task.gold(), rule);
        assertThat(score.matched()).isBetween(0, score.counted());
      }
    }
  }
}
