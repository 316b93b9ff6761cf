package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

class TaskCheckTest {
  private static final ControlSpec SPEC = new ControlSpec("weather", ContextType.SINGLE_TURN, 2, 1);
  private static final ToolSpec FORECAST =
      new ToolSpec(
          "get_forecast",
          "Forecast for a city",
          List.of(
              new Parameter("city", "string", "", true, List.of()),
              new Parameter("days", "integer", "", false, List.of())));
  private static final ToolSpec ALERT =
      new ToolSpec(
          "set_alert",
          "Warn about rain",
          List.of(new Parameter("level", "string", "", true, List.of("low", "high"))));
  private static final String QUESTION = "What will the sky be like in Rome over the next 3 days?";

  private final TaskCheck check = new TaskCheck(TaskCheckConfig.standard());

  @Test
  void aSoundTaskBreaksNoRule() {
    assertThat(check.check(SPEC, task(QUESTION, "get_forecast", "{\"city\":\"Rome\",\"days\":3}")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "get_climate|{\"city\":\"Rome\"}|UNKNOWN_TOOL",
        "get_forecast|{\"days\":3}|MISSING_ARGUMENT",
        "get_forecast|{\"city\":\"Rome\",\"sky\":\"Rome\"}|UNKNOWN_ARGUMENT",
        "get_forecast|{\"city\":\"Rome\",\"days\":\"3\"}|ARGUMENT_TYPE",
        "set_alert|{\"level\":\"Rome\"}|ARGUMENT_NOT_ALLOWED",
        "get_forecast|{\"city\":\"Oslo\",\"days\":3}|UNGROUNDED_VALUE",
      })
  void namesTheBrokenRuleOfACall(String tool, String arguments, TaskRule rule) {
    assertThat(check.check(SPEC, task(QUESTION, tool, arguments)))
        .extracting(TaskViolation::rule)
        .containsExactly(rule);
  }

  @Test
  void nestedArgumentsAndRepeatedCallsAreFound() {
    ToolCall call = new ToolCall("get_forecast", Json.parseObject("{\"city\":[\"Rome\"]}"));
    Task task = new Task(QUESTION, List.of(FORECAST, ALERT), List.of(call, call));
    assertThat(check.check(new ControlSpec("weather", ContextType.SINGLE_TURN, 2, 2), task))
        .extracting(TaskViolation::rule)
        .contains(TaskRule.NESTED_ARGUMENT, TaskRule.REPEATED_CALL, TaskRule.ARGUMENT_TYPE);
  }

  @Test
  void theControlSpecIsHeldAgainstTheTask() {
    Task task = task(QUESTION, "get_forecast", "{\"city\":\"Rome\"}");
    assertThat(check.check(new ControlSpec("weather", ContextType.MULTI_TURN, 3, 2), task))
        .extracting(TaskViolation::rule)
        .containsExactly(TaskRule.TOOL_COUNT, TaskRule.CALL_COUNT, TaskRule.CONTEXT_TYPE);
    assertThat(check.check(task)).isEmpty();
  }

  @Test
  void aConversationIsToldByItsTurns() {
    String talk = "User: I travel soon. Agent: Where to? User: To Rome, for 3 days.";
    assertThat(SpecAdherence.isConversation(talk)).isTrue();
    assertThat(SpecAdherence.isConversation(QUESTION)).isFalse();
    assertThat(SpecAdherence.isConversation("The superuser: x, user: y. Agent: z")).isFalse();
    ControlSpec spec = new ControlSpec("weather", ContextType.MULTI_TURN, 2, 1);
    assertThat(check.check(spec, task(talk, "get_forecast", "{\"city\":\"Rome\"}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "short",
        "[a question about the weather]",
        "Your question here: weather in Rome",
        "<question>Rome for 3 days</question>",
        "Call [{\"name\":\"get_forecast\",\"arguments\":{\"city\":\"Rome\"}}] for Rome please",
        "Tell me a joke about the weather in Rome",
      })
  void questionsThatAreNoneAreRefused(String question) {
    assertThat(check.check(SPEC, task(question, "get_forecast", "{\"city\":\"Rome\"}")))
        .extracting(TaskViolation::rule)
        .containsAnyOf(
            TaskRule.PLACEHOLDER_QUESTION,
            TaskRule.LEAKED_ANSWER,
            TaskRule.TRIVIAL_QUESTION,
            TaskRule.SHORT_QUESTION);
  }

  @Test
  void aTaskWithoutCallsMustNotNameAToolsPurpose() {
    ControlSpec spec = new ControlSpec("weather", ContextType.SINGLE_TURN, 2, 0);
    List<ToolSpec> tools = List.of(FORECAST, ALERT);
    assertThat(check.check(spec, new Task("Order two pizzas for me, please.", tools, List.of())))
        .isEmpty();
    assertThat(
            check.check(spec, new Task("Please get me the forecast for Rome.", tools, List.of())))
        .extracting(TaskViolation::rule)
        .containsExactly(TaskRule.TOOL_FITS);
  }

  @Test
  void callsWithoutGroundedValuesAreTooEasy() {
    ToolSpec ping =
        new ToolSpec(
            "ping_host", "Ping it", List.of(new Parameter("on", "boolean", "", false, List.of())));
    Task task =
        new Task(
            "Is the machine still up and running?",
            List.of(ping, ALERT),
            List.of(new ToolCall("ping_host", Json.parseObject("{\"on\":true}"))));
    assertThat(check.check(SPEC, task))
        .extracting(TaskViolation::rule)
        .containsExactly(TaskRule.TOO_FEW_VALUES);
  }

  @Test
  void aRuleThatIsOffIsNotLookedAt() {
    TaskCheckConfig standard = TaskCheckConfig.standard();
    TaskCheck lenient =
        new TaskCheck(
            new TaskCheckConfig(
                Set.of(TaskRule.UNKNOWN_TOOL),
                standard.gate(),
                standard.minQuestionLength(),
                standard.minDescriptionLength(),
                standard.minGroundedValues(),
                standard.grounding(),
                standard.trivialPhrases()));
    assertThat(lenient.check(SPEC, task("x", "nope", "{\"city\":\"Oslo\"}")))
        .extracting(TaskViolation::rule)
        .containsExactly(TaskRule.UNKNOWN_TOOL);
  }

  @Test
  void aSettingOutOfRangeNamesItsKey() {
    assertThatThrownBy(() -> new QuestionGate(-1, List.of(), true))
        .hasMessageContaining("min_length");
  }

  private static Task task(String question, String tool, String arguments) {
    return new Task(
        question,
        List.of(FORECAST, ALERT),
        List.of(new ToolCall(tool, Json.parseObject(arguments))));
  }
}
