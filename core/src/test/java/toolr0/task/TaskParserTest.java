package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.task.ParsedTask.Problem;

class TaskParserTest {
  private static final String QUESTION = "<question>How warm is it in Rome?</question>";
  private static final String TOOLS =
      "<available_tools>[{\"name\":\"get_weather\",\"description\":\"Weather of a city\","
          + "\"parameters\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}]</available_tools>";
  private static final String ANSWER =
      "<tool_call_answer>[{\"name\":\"get_weather\",\"arguments\":{\"city\":\"Rome\"}}]</tool_call_answer>";

  private final TaskParser parser = new TaskParser(TaskParserConfig.standard());

  @Test
  void readsTheBlocksInAnyOrderWithOrWithoutThinking() {
    ParsedTask a = parser.parse("<think>hm</think>" + QUESTION + TOOLS + ANSWER);
    ParsedTask b = parser.parse(ANSWER + "\n" + TOOLS + "\n" + QUESTION + " bye");
    assertThat(((ParsedTask.Parsed) a).task()).isEqualTo(((ParsedTask.Parsed) b).task());
    assertThat(a.draft().think()).isTrue();
    assertThat(b.draft().think()).isFalse();
  }

  @Test
  void theThinkBlockIsRequiredWhereTheSettingSaysSo() {
    TaskParser strict = new TaskParser(TaskParserConfig.published(true));
    assertThat(strict.parse(QUESTION + TOOLS + ANSWER))
        .isInstanceOfSatisfying(
            ParsedTask.Malformed.class,
            malformed -> {
              assertThat(malformed.problem()).isEqualTo(Problem.MISSING_BLOCK);
              assertThat(malformed.reason()).contains("<think>");
            });
    assertThat(strict.parse("<think>x</think>" + QUESTION + TOOLS + ANSWER))
        .isInstanceOf(ParsedTask.Parsed.class);
  }

  @Test
  void theSolverSeesWholeToolsThoughThePublishedRewardLooksAtLess() {
    ParsedTask parsed =
        new TaskParser(TaskParserConfig.published(false)).parse(QUESTION + TOOLS + ANSWER);
    assertThat(((ParsedTask.Parsed) parsed).task())
        .isEqualTo(
            new Task(
                "How warm is it in Rome?",
                ((ParsedTask.Parsed) parser.parse(QUESTION + TOOLS + ANSWER)).task().tools(),
                ((ParsedTask.Parsed) parsed).task().gold()));
  }

  @Test
  void aCompletionOfMillionsOfCharactersIsRefused() {
    String question = "<question>" + "How warm is it in Rome? ".repeat(100_000) + "</question>";
    assertThat(parser.parse(question + TOOLS + ANSWER))
        .isInstanceOfSatisfying(
            ParsedTask.Malformed.class,
            malformed -> {
              assertThat(malformed.problem()).isEqualTo(Problem.TOO_LONG);
              assertThat(malformed.reason()).contains("longer than 1048576 characters");
              assertThat(malformed.draft().question()).isEmpty();
            });
  }

  @Test
  void anEmptyAnswerListIsATaskThatNoToolFits() {
    ParsedTask parsed = parser.parse(QUESTION + TOOLS + "<tool_call_answer>[]</tool_call_answer>");
    assertThat(parsed)
        .isInstanceOfSatisfying(
            ParsedTask.Parsed.class, task -> assertThat(task.task().gold()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "QA|MISSING_BLOCK|<available_tools>",
        "TA|MISSING_BLOCK|<question>",
        "QT|MISSING_BLOCK|<tool_call_answer>",
        "QTa|BAD_CALLS|list of calls",
        "QTm|BAD_CALLS|1 elements",
        "QtA|BAD_TOOLS|not JSON"
      })
  void saysWhatIsMissingOrWrong(String parts, Problem problem, String reason) {
    StringBuilder text = new StringBuilder();
    for (char part : parts.toCharArray()) {
      text.append(
          switch (part) {
            case 'Q' -> QUESTION;
            case 'T' -> TOOLS;
            case 't' -> "<available_tools>get_weather(city)</available_tools>";
            case 'A' -> ANSWER;
            case 'm' -> "<tool_call_answer>[{\"name\":\"f\"}, 3]</tool_call_answer>";
            default -> "<tool_call_answer>get_weather('Rome')</tool_call_answer>";
          });
    }
    assertThat(parser.parse(text.toString()))
        .isInstanceOfSatisfying(
            ParsedTask.Malformed.class,
            malformed -> {
              assertThat(malformed.problem()).isEqualTo(problem);
              assertThat(malformed.reason()).contains(reason);
            });
  }

  @Test
  void theDraftHoldsWhatCouldBeRead() {
    ParsedTask parsed = parser.parse(QUESTION + ANSWER);
    assertThat(parsed.draft().question()).contains("How warm is it in Rome?");
    assertThat(parsed.draft().toolsText()).isEmpty();
    assertThat(parsed.draft().gold()).isInstanceOf(toolr0.tool.ParsedCalls.Calls.class);
    assertThat(List.of(parsed.draft().hasBlocks(false))).containsExactly(false);
  }
}
