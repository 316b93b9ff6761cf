package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;

class PublishedTasksTest {
  private static final ControlSpec SPEC = new ControlSpec("any", ContextType.SINGLE_TURN, 1, 1);
  private static final String QUESTION = "Reserve the blue kayak for Marta on Friday morning";
  private static final String TOOLS =
      """
      [{"name": "reserve_boat", "description": "Reserves a boat",
        "parameters": {"boat": {"type": "string", "enum": ["kayak", "canoe"], "unit": "x"},
          "guest": "string"}, "required": ["boat"]}]""";
  private static final String CALLS =
      "[{\"name\": \"reserve_boat\", \"arguments\": {\"boat\": \"kayak\", \"guest\": \"Marta\"}}]";

  private static String completion(String question, String tools, String calls) {
    return "<question>%s</question><available_tools>%s</available_tools>".formatted(question, tools)
        + "<tool_call_answer>%s</tool_call_answer>".formatted(calls);
  }

  private static String reason(String completion) {
    return new PublishedTasks().read(SPEC, completion)
            instanceof TaskReading.Rejected(String reason, String _, boolean _)
        ? reason
        : "ok";
  }

  @Test
  void flatParametersBecomeASchemaThatKeepsTypeDescriptionAndEnumeration() {
    TaskReading reading = new PublishedTasks().read(SPEC, completion(QUESTION, TOOLS, CALLS));
    assertThat(reading).isInstanceOf(TaskReading.Accepted.class);
    TaskReading.Accepted accepted = (TaskReading.Accepted) reading;
    assertThat(Json.compact(accepted.tools().get(0).get("parameters")))
        .isEqualTo(
            "{\"type\":\"object\",\"properties\":{\"boat\":{\"type\":\"string\",\"enum\":[\"kayak\","
                + "\"canoe\"]},\"guest\":{\"type\":\"string\"}},\"required\":[\"boat\"]}");
    assertThat(accepted.task().tools().getFirst().parameter("boat").orElseThrow())
        .satisfies(p -> assertThat(p.required()).isTrue())
        .satisfies(p -> assertThat(p.allowed()).containsExactly("kayak", "canoe"));
    assertThat(accepted.task().tools().getFirst().parameter("guest").orElseThrow().required())
        .isFalse();
  }

  @Test
  void theFirstBrokenRuleInThePublishedOrderIsTheReason() {
    assertThat(reason("  \n")).isEqualTo("empty_output");
    assertThat(reason("no blocks")).isEqualTo("missing_tags");
    assertThat(reason(completion("short", "[", "["))).isEqualTo("placeholder_question");
    assertThat(reason(completion(QUESTION, "[", "["))).isEqualTo("tools_json_parse_fail");
    assertThat(reason(completion(QUESTION, "[3]", "["))).isEqualTo("tool_not_object");
    assertThat(reason(completion(QUESTION, TOOLS, "["))).isEqualTo("calls_json_parse_fail");
    assertThat(reason(completion("Reserve the kayak", TOOLS, CALLS)))
        .isEqualTo("question_too_short");
    assertThat(reason(completion(QUESTION, TOOLS, CALLS))).isEqualTo("ok");
  }

  @Test
  void theFirstBlockCountsAndTheCaseOfTagsDoesNot() {
    String again = completion(QUESTION, TOOLS, CALLS).replace("question>", "QUESTION>");
    assertThat(reason(again + "<question>x</question>")).isEqualTo("ok");
    assertThat(reason("<question>x</question>" + again)).isEqualTo("placeholder_question");
  }

  @Test
  void aToolThatRequiresWhatItDoesNotHaveIsKeptAndItsTaskCanBeRead() {
    String tools = TOOLS.replace("\"required\": [\"boat\"]", "\"required\": [\"pier\"]");
    assertThat(reason(completion(QUESTION, tools, CALLS))).isEqualTo("call_missing_required_arg");
    assertThat(reason(completion(QUESTION, tools, CALLS.replace("guest", "pier")))).isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"name\":\"f\",\"arguments\":", "<question>", "```"})
  void hugeAndDeeplyNestedTextsAreReadInTime(String part) {
    String deep = part.repeat(10_000);
    String huge = part.repeat(10_000_000 / part.length());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String text : List.of(deep, huge)) {
            assertThat(reason(text)).isNotEqualTo("ok");
            assertThat(reason(completion(QUESTION, text, CALLS))).isNotEqualTo("ok");
            assertThat(reason(completion(QUESTION, TOOLS, text))).isNotEqualTo("ok");
            assertThat(reason(completion(text, TOOLS, CALLS))).isNotEmpty();
          }
        });
  }
}
