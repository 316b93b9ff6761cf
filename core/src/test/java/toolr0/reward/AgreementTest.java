package toolr0.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.base.Json;
import toolr0.tool.ToolCall;

class AgreementTest {
  private static final List<ToolCall> GOLD =
      List.of(
          new ToolCall("row", Json.object().put("boat", "kayak").put("hours", 2)),
          new ToolCall("pay", Json.object().put("amount", 5)));
  private static final String RIGHT =
      "[{\"name\":\"row\",\"arguments\":{\"boat\":\"kayak\",\"hours\":2}},"
          + "{\"name\":\"pay\",\"arguments\":{\"amount\":5}}]";

  private static AnswerVerdict verdict(Agreement agreement, String answer) {
    return agreement
        .compare("<tool_call_answer>" + answer + "</tool_call_answer>", GOLD, List.of())
        .verdict();
  }

  @ParameterizedTest
  @EnumSource(Agreement.class)
  void theGoldCallsAgreeAndOtherAnswersDoNot(Agreement agreement) {
    assertThat(verdict(agreement, RIGHT)).isEqualTo(AnswerVerdict.MATCH);
    assertThat(verdict(agreement, RIGHT.replace("row", "swim"))).isEqualTo(AnswerVerdict.MISMATCH);
    assertThat(verdict(agreement, "[")).isEqualTo(AnswerVerdict.JSON_PARSE_FAIL);
    assertThat(verdict(agreement, "[5]")).isEqualTo(AnswerVerdict.BAD_CALL_SCHEMA);
    assertThat(agreement.compare("no block", GOLD, List.of()).verdict())
        .isEqualTo(AnswerVerdict.MISSING_TAG);
  }

  @Test
  void eachRuleLooksAtAsMuchAsItSays() {
    String otherLast = RIGHT.replace("5", "6");
    String swapped =
        "[{\"name\":\"pay\",\"arguments\":{\"amount\":5.0}},"
            + "{\"name\":\"row\",\"arguments\":{\"boat\":\"kayak\",\"hours\":2}}]";
    assertThat(verdict(Agreement.FULL_CALLS, swapped)).isEqualTo(AnswerVerdict.MATCH);
    assertThat(verdict(Agreement.ORDERED_JSON, swapped)).isEqualTo(AnswerVerdict.MISMATCH);
    assertThat(verdict(Agreement.ORDERED_JSON, otherLast)).isEqualTo(AnswerVerdict.MISMATCH);
    assertThat(verdict(Agreement.FIRST_CALL_JSON, otherLast)).isEqualTo(AnswerVerdict.MATCH);
    assertThat(verdict(Agreement.NAMES, otherLast)).isEqualTo(AnswerVerdict.MATCH);
    assertThat(verdict(Agreement.NAMES, swapped)).isEqualTo(AnswerVerdict.MISMATCH);
  }

  @Test
  void aTallyCountsMatchesTheCommonestAnswerAndTheCommonestFailure() {
    String right = "<tool_call_answer>" + RIGHT + "</tool_call_answer>";
    AnswerTally tally =
        Agreement.ORDERED_JSON.tally(
            List.of(right, "none", right.replace("5", "6"), "none", right), GOLD, List.of());
    assertThat(tally.successes()).isEqualTo(2);
    assertThat(tally.rate()).isEqualTo(0.4);
    assertThat(tally.consistency()).isEqualTo(0.4);
    assertThat(tally.commonestFailure()).contains(AnswerVerdict.MISSING_TAG);
    assertThat(Agreement.NAMES.tally(List.of(right), GOLD, List.of()).commonestFailure()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Agreement.class)
  void hugeAndDeeplyNestedAnswersAreReadInTime(Agreement agreement) {
    for (String part : List.of("[", "{\"a\":", "<tool_call_answer>", "```", "]")) {
      String deep = part.repeat(10_000);
      String huge = part.repeat(10_000_000 / part.length());
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> {
            assertThat(verdict(agreement, deep)).isNotEqualTo(AnswerVerdict.MATCH);
            assertThat(verdict(agreement, huge)).isNotEqualTo(AnswerVerdict.MATCH);
            assertThat(agreement.compare("<tool_call_answer>" + huge, GOLD, List.of()).matches())
                .isFalse();
          });
    }
  }
}
