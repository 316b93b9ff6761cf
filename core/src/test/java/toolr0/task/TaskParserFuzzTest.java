package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import toolr0.Mutations;
import toolr0.testsupport.JsonNumbers;
import toolr0.testsupport.TimeBound;
import toolr0.testsupport.WorstCases;
import toolr0.tool.AnswerBlocks.Tag;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolCall;

class TaskParserFuzzTest {
  private static final int MUTATIONS = 5_000;
  private static final String TOOLS =
      "[{\"name\":\"find\",\"description\":\"Finds.\",\"parameters\":{\"a\":{\"type\":\"string\"}}}]";
  private static final String CALLS = "[{\"name\":\"find\",\"arguments\":{\"a\":\"a1\"}}]";
  private static final int HUGE = 10_000_000;
  private static final ControlSpec SPEC = new ControlSpec("travel", ContextType.SINGLE_TURN, 2, 1);
  private static final TaskParser PARSER = new TaskParser(TaskParserConfig.standard());
  private static final TaskParser PUBLISHED = new TaskParser(TaskParserConfig.published(true));
  private static final TaskCheck CHECK = new TaskCheck(TaskCheckConfig.standard());

  /** Every rule, with the figures of the published code. */
  private static final TaskCheck PUBLISHED_CHECK =
      new TaskCheck(
          new TaskCheckConfig(
              EnumSet.allOf(TaskRule.class),
              QuestionGate.published(),
              15,
              5,
              1,
              GroundingRule.PUBLISHED,
              List.of("poem", "joke")));

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

  @Test
  void worstCasesAreReadAndCheckedWithoutAnException() {
    WorstCases.each(WorstCases.SIZE, TaskParserFuzzTest::check);
    WorstCases.each(
        WorstCases.SIZE / 2,
        text -> {
          check(completion(text, TOOLS, CALLS));
          check(completion("What is a1?", text, CALLS));
          check(completion("What is a1?", TOOLS, text));
        });
    WorstCases.each(
        WorstCases.SIZE / 4,
        text -> {
          String quoted = WorstCases.quoted(text);
          check(
              completion(
                  text + " " + text + "c",
                  "[{\"name\":%s,\"description\":\"Does.\",\"parameters\":{\"a\":\"string\"}}]"
                      .formatted(quoted),
                  "[{\"name\":%s,\"arguments\":{\"a\":%s}}]".formatted(quoted, quoted)));
        });
  }

  @Test
  void manyValuesAreLookedForInALongQuestion() {
    for (String word : List.of("a ", "a b ", "1 ", "one ", "1/1/2024 ", "[{\"name\":\"f\" ")) {
      String question = WorstCases.repeated(word, WorstCases.SIZE / 2);
      for (String value : List.of("\"a a %d\"", "\"a b a b a\"", "%d", "\"a%d\"", "[\"a\",%d]")) {
        check(
            completion(
                question,
                TOOLS,
                "[{\"name\":\"find\",\"arguments\":{"
                    + WorstCases.joined("\"k%d\":" + value, WorstCases.SIZE / 2)
                    + "}}]"));
        check(
            completion(
                question,
                TOOLS,
                WorstCases.listed(
                    "{\"name\":\"find\",\"arguments\":{\"a\":" + value + "}}",
                    WorstCases.SIZE / 2)));
      }
      check(
          completion(
              question,
              WorstCases.listed(
                  "{\"name\":\"a_b%d\",\"description\":\"Does.\",\"parameters\":{\"a\":\"int\"}}",
                  WorstCases.SIZE / 2),
              "[]"));
    }
  }

  @Test
  void aCompletionOfTenMillionCharactersIsReadAndChecked() {
    for (String piece : List.of("a", "a b ", "[", "</question>", "9", "\u0301\u0316", "\u03a3")) {
      String text = WorstCases.repeated(piece, HUGE);
      check(text);
      check(completion(text, TOOLS, CALLS));
      check(completion("What is a1?", text, CALLS));
      check(completion("What is a1?", TOOLS, text));
    }
  }

  private static String completion(String question, String tools, String answer) {
    return Tag.THINK.wrap("t")
        + Tag.QUESTION.wrap(question)
        + Tag.AVAILABLE_TOOLS.wrap(tools)
        + Tag.TOOL_CALL_ANSWER.wrap(answer);
  }

  private static void check(String completion) {
    int size = completion.length();
    ParsedTask published =
        TimeBound.within("the strict parser", size, () -> PUBLISHED.parse(completion));
    ParsedTask parsed =
        TimeBound.within("the tolerant parser", size, () -> PARSER.parse(completion));
    if (published instanceof ParsedTask.Parsed(Task strict, TaskDraft _)
        && JsonNumbers.finite(strict.gold())
        && parsed instanceof ParsedTask.Malformed malformed
        && haveTheSameBlocks(published.draft(), parsed.draft())) {
      assertThat(malformed.problem())
          .as(
              "the tolerant parser refuses nothing that the strict one accepts but an unsound menu,"
                  + " and elements of the answer that are no calls")
          .isEqualTo(
              published.draft().gold() instanceof ParsedCalls.Calls(List<ToolCall> _, int ignored)
                      && ignored > 0
                      && parsed.draft().menu() instanceof ParsedMenu.Menu
                  ? ParsedTask.Problem.BAD_CALLS
                  : ParsedTask.Problem.BAD_TOOLS);
    }
    for (ParsedTask task : List.of(published, parsed)) {
      if (task instanceof ParsedTask.Parsed(Task read, TaskDraft draft)) {
        assertThat(draft.hasBlocks(false)).isTrue();
        check(read, size);
      }
    }
  }

  /** Whether the tolerant parser, to which the case of tags is the same, reads the same blocks. */
  private static boolean haveTheSameBlocks(TaskDraft strict, TaskDraft tolerant) {
    return strict.question().equals(tolerant.question())
        && strict.toolsText().equals(tolerant.toolsText())
        && strict.answerText().equals(tolerant.answerText());
  }

  private static void check(Task task, int size) {
    for (TaskCheck check : List.of(CHECK, PUBLISHED_CHECK)) {
      List<TaskViolation> violations =
          TimeBound.within("the check", size, () -> check.check(SPEC, task));
      List<TaskViolation> ofTaskAlone = check.check(task);
      assertThat(violations.subList(0, ofTaskAlone.size())).isEqualTo(ofTaskAlone);
    }
    Fingerprint fingerprint = TimeBound.within("the fingerprint", size, () -> Fingerprint.of(task));
    assertThat(fingerprint.combined()).hasSize(40);
    assertThat(TimeBound.within("the quality", size, () -> QualityScore.of(task)))
        .isBetween(0.0, 3.0);
    assertThat(TimeBound.within("the adherence", size, () -> SpecAdherence.of(SPEC, task)).mean())
        .isBetween(0.0, 1.0);
    for (GroundingRule rule : GroundingRule.values()) {
      GroundingScore score =
          TimeBound.within(
              "grounding as " + rule,
              size,
              () -> Grounding.score(task.question(), task.gold(), rule));
      assertThat(score.matched()).isBetween(0, score.counted());
    }
  }
}
