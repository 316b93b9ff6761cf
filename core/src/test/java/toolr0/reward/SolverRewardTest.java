package toolr0.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.task.Task;
import toolr0.tool.CallSyntax;
import toolr0.tool.Parameter;
import toolr0.tool.SoftMatchConfig;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

class SolverRewardTest {
  private static final ToolSpec TOOL =
      new ToolSpec("f", "does f", List.of(new Parameter("x", "integer", "", true, List.of())));
  private static final Task TASK =
      new Task("q", List.of(TOOL), List.of(new ToolCall("f", Json.parseObject("{\"x\":1}"))));
  private static final Task NO_CALL = new Task("q", List.of(TOOL), List.of());
  private static final String RIGHT =
      "<tool_call_answer>[{\"name\":\"f\",\"arguments\":{\"x\":1}}]</tool_call_answer>";

  private final SolverReward reward = new SolverReward(SolverRewardConfig.standard());

  @Test
  void theRightAnswerEarnsEverything() {
    SolverScore score = reward.score(RIGHT, TASK);
    assertThat(score.format()).isEqualTo(1, within(1e-12));
    assertThat(score.accuracy()).isEqualTo(1, within(1e-12));
    assertThat(score.exactMatch()).isTrue();
    assertThat(score.total()).isEqualTo(2, within(1e-12));
  }

  @Test
  void formatGrowsStepByStep() {
    assertThat(reward.score("f(x=1)", TASK).format()).isZero();
    assertThat(reward.score("<tool_call_answer></tool_call_answer>", TASK).format()).isZero();
    assertThat(format("f(x=1)")).isEqualTo(0.3, within(1e-12));
    assertThat(format("42")).isEqualTo(0.6, within(1e-12));
    assertThat(format("[]")).isEqualTo(1, within(1e-12));
    assertThat(format("[{\"name\":\"f\"}]")).isEqualTo(1, within(1e-12));
  }

  @Test
  void sayingThatNoToolFitsIsRightOnlyWhenNoneDoes() {
    String none = "<tool_call_answer>[]</tool_call_answer>";
    assertThat(reward.score(none, NO_CALL).total()).isEqualTo(2, within(1e-12));
    assertThat(reward.score(none, NO_CALL).exactMatch()).isTrue();
    assertThat(reward.score(none, TASK).accuracy()).isZero();
    assertThat(reward.score(RIGHT, NO_CALL).accuracy()).isZero();
    assertThat(reward.score(RIGHT, NO_CALL).exactMatch()).isFalse();
  }

  @Test
  void withoutNoCallTasksAnEmptyListIsNoAnswer() {
    SolverReward published = new SolverReward(SolverRewardConfig.published(false));
    SolverScore score = published.score("<tool_call_answer>[]</tool_call_answer>", NO_CALL);
    assertThat(score.format()).isEqualTo(0.6, within(1e-12));
    assertThat(score.accuracy()).isZero();
  }

  @Test
  void aMissingThinkBlockCostsTheAccuracyWhereItIsRequired() {
    SolverReward strict = new SolverReward(SolverRewardConfig.published(true));
    assertThat(strict.score(RIGHT, TASK).accuracy()).isZero();
    assertThat(strict.score(RIGHT, TASK).calls().accuracy()).isEqualTo(1, within(1e-12));
    assertThat(strict.score("<think>x</think>" + RIGHT, TASK).accuracy())
        .isEqualTo(1, within(1e-12));
  }

  @Test
  void betterAnswersEarnMore() {
    double wrongTool = accuracy("[{\"name\":\"g\",\"arguments\":{\"x\":1}}]");
    double noArguments = accuracy("[{\"name\":\"f\",\"arguments\":{}}]");
    double wrongValue = accuracy("[{\"name\":\"f\",\"arguments\":{\"x\":2}}]");
    double extraCall =
        accuracy(
            "[{\"name\":\"f\",\"arguments\":{\"x\":1}},{\"name\":\"f\",\"arguments\":{\"x\":1}}]");
    assertThat(List.of(wrongTool, noArguments, wrongValue, extraCall, 1.0)).isSorted();
    assertThat(wrongTool).isZero();
    assertThat(noArguments).isPositive();
    assertThat(wrongValue).isGreaterThan(noArguments);
    assertThat(extraCall).isLessThan(1);
  }

  @Test
  void elementsThatAreNoCallsForbidAnExactMatch() {
    SolverScore score =
        reward.score(
            "<tool_call_answer>[{\"name\":\"f\",\"arguments\":{\"x\":1}}, 7]</tool_call_answer>",
            TASK);
    assertThat(score.accuracy()).isEqualTo(1, within(1e-12));
    assertThat(score.exactMatch()).isFalse();
  }

  @Test
  void settingsOutOfRangeNameTheirKey() {
    assertThatThrownBy(
            () ->
                new SolverRewardConfig(
                    1, -1, 0, false, true, CallSyntax.TOLERANT, SoftMatchConfig.standard()))
        .hasMessageContaining("accuracy_weight");
    assertThatThrownBy(
            () ->
                new SoftMatchConfig(
                    0.5,
                    0.3,
                    0.5,
                    0.25,
                    true,
                    true,
                    SoftMatchConfig.Assignment.OPTIMAL,
                    SoftMatchConfig.Comparison.TYPED))
        .hasMessageContaining("name_weight");
  }

  private double format(String answer) {
    return reward.score("<tool_call_answer>" + answer + "</tool_call_answer>", TASK).format();
  }

  private double accuracy(String answer) {
    return reward.score("<tool_call_answer>" + answer + "</tool_call_answer>", TASK).accuracy();
  }
}
