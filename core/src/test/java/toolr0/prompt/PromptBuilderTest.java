package toolr0.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.chat.Message;
import toolr0.chat.Role;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.QuestionGate;
import toolr0.task.Task;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

class PromptBuilderTest {
  private static final ToolSpec TOOL =
      new ToolSpec(
          "book_table",
          "book table",
          List.of(new Parameter("guest", "string", "", true, List.of())));
  private static final String MENU =
      "[{\"name\":\"book_table\",\"description\":\"book"
          + " table\",\"parameters\":{\"guest\":{\"type\":\"string\"}},\"required\":[\"guest\"]}]";

  static List<String> sets() {
    return PromptBuilder.sets();
  }

  static List<String> ownSets() {
    return List.of(PromptBuilder.FULL, PromptBuilder.BRIEF);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void everyRoleIsAskedWithASystemAndAUserMessage(String set) {
    PromptBuilder prompts = PromptBuilder.of(set);
    Task task = new Task("Book it.", List.of(TOOL), List.of());
    for (List<Message> chat :
        List.of(
            prompts.generator(new ControlSpec("travel", ContextType.MULTI_TURN, 3, 1)),
            prompts.solver("Book it.", List.of(TOOL)),
            prompts.judge(task),
            prompts.judgeAgain(task),
            prompts.difficulty(task))) {
      assertThat(chat).extracting(Message::role).containsExactly(Role.SYSTEM, Role.USER);
      assertThat(chat).allSatisfy(m -> assertThat(m.content()).isNotBlank());
      assertThat(chat).allSatisfy(m -> assertThat(m.content()).doesNotContain("{{"));
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void theGeneratorSeesTheWholeControlSpec(String set) {
    var chat =
        PromptBuilder.of(set).generator(new ControlSpec("travel", ContextType.MULTI_TURN, 7, 2));
    assertThat(chat.getFirst().content() + chat.getLast().content())
        .contains("travel", "multi_turn", "7", "2");
  }

  @ParameterizedTest
  @MethodSource("ownSets")
  void theSolverSeesQuestionAndMenu(String set) {
    var chat = PromptBuilder.of(set).solver("Book it for Kelmon.", List.of(TOOL));
    assertThat(chat.getLast().content())
        .contains("<question>Book it for Kelmon.</question>")
        .contains("<available_tools>" + MENU + "</available_tools>");
  }

  @ParameterizedTest
  @MethodSource("ownSets")
  void theJudgeSeesTheAnswerToo(String set) {
    var call = new ToolCall("book_table", Json.object().put("guest", "Kelmon"));
    var chat = PromptBuilder.of(set).judge(new Task("Book it.", List.of(TOOL), List.of(call)));
    assertThat(chat.getLast().content())
        .contains(
            "Book it.", MENU, "[{\"name\":\"book_table\",\"arguments\":{\"guest\":\"Kelmon\"}}]");
  }

  @Test
  void thePaperSetShowsToolsAsIndentedSchemas() {
    var chat = PromptBuilder.of(PromptBuilder.PAPER).solver("Book it.", List.of(TOOL));
    assertThat(chat.getLast().content())
        .isEqualTo(
            """
            User request:
            Book it.

            Available tools (JSON):
            [
              {
                "name": "book_table",
                "description": "book table",
                "parameters": {
                  "type": "object",
                  "properties": {
                    "guest": {
                      "type": "string"
                    }
                  },
                  "required": [
                    "guest"
                  ]
                }
              }
            ]""");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Say {{tools}} and {{question}}", "costs $1 \\ or [user]"})
  void filledInTextIsNotInterpreted(String question) {
    var chat = PromptBuilder.of(PromptBuilder.BRIEF).solver(question, List.of());
    assertThat(chat.getLast().content())
        .isEqualTo("<question>" + question + "</question>\n<available_tools>[]</available_tools>");
  }

  @Test
  void theBriefSystemTextsAreBrief() {
    PromptBuilder prompts = PromptBuilder.of(PromptBuilder.BRIEF);
    Task task = new Task("Book it.", List.of(), List.of());
    for (List<Message> chat :
        List.of(
            prompts.generator(new ControlSpec("travel", ContextType.SINGLE_TURN, 2, 1)),
            prompts.solver("Book it.", List.of()),
            prompts.judge(task))) {
      assertThat(chat.getFirst().content().split("\\s+").length).isLessThanOrEqualTo(35);
    }
  }

  @Test
  void anUnknownSetIsRefusedWithTheNamesOfThoseThereAre() {
    assertThatThrownBy(() -> PromptBuilder.of("full-v9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("full-v9")
        .hasMessageContaining("full-v1")
        .hasMessageContaining("brief-v1");
  }

  @Test
  void theGateRefusesTheGapThatTheFullPromptLeavesForTheQuestion() {
    String system =
        PromptBuilder.of(PromptBuilder.FULL)
            .generator(new ControlSpec("travel", ContextType.SINGLE_TURN, 2, 1))
            .getFirst()
            .content();
    String gap = AnswerBlocks.of(system).content(AnswerBlocks.Tag.QUESTION).orElseThrow();
    assertThat(QuestionGate.standard().passes(gap)).isFalse();
  }
}
