package toolr0.pocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.base.Seed;
import toolr0.pocket.PocketTasks.Part;
import toolr0.prompt.PromptBuilder;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskCheckConfig;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import toolr0.tool.CallMatcher;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;

class PocketTasksTest {
  private final PocketLexicon lexicon = PocketLexicon.load();
  private final TaskParser parser = new TaskParser(TaskParserConfig.standard());
  private final TaskCheck check = new TaskCheck(TaskCheckConfig.standard());

  @ParameterizedTest
  @EnumSource(Part.class)
  void everyTaskFollowsItsControlSpecAndKeepsAllRules(Part part) {
    var tasks = new PocketTasks(lexicon, part);
    long index = 0;
    for (String domain : lexicon.domains()) {
      for (ContextType context : ContextType.values()) {
        for (int tools = 1; tools <= 8; tools++) {
          for (int calls = 0; calls <= 3; calls++) {
            ControlSpec spec = new ControlSpec(domain, context, tools, calls);
            Task task = tasks.task(new Seed(7).derive(index++), spec);
            assertThat(check.check(spec, task)).as("%s %s", spec, task).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void theSameSeedMakesTheSameTask() {
    var spec = new ControlSpec("travel", ContextType.MULTI_TURN, 4, 1);
    var tasks = new PocketTasks(lexicon, Part.CORPUS);
    assertThat(tasks.task(new Seed(3), spec)).isEqualTo(tasks.task(new Seed(3), spec));
    assertThat(tasks.task(new Seed(3), spec)).isNotEqualTo(tasks.task(new Seed(4), spec));
  }

  @Test
  void theCleanAnswersOfBothRolesAreReadBackAsTheTask() {
    var tasks = new PocketTasks(lexicon, Part.CORPUS);
    for (int i = 0; i < 2000; i++) {
      Dice dice = new Dice(new Seed(11).derive(i));
      ControlSpec spec =
          new ControlSpec(
              dice.pick(lexicon.domains()),
              dice.pick(List.of(ContextType.values())),
              dice.between(2, 8),
              dice.between(0, 3));
      PocketDraft draft = tasks.draft(dice, spec, 3);
      Task task = draft.task(lexicon);
      assertThat(parser.parse(PocketAnswers.generator(task)))
          .isInstanceOfSatisfying(
              ParsedTask.Parsed.class,
              parsed -> {
                assertThat(parsed.task().question()).isEqualTo(task.question());
                assertThat(parsed.task().gold()).isEqualTo(task.gold());
                assertThat(parsed.task().tools()).containsExactlyInAnyOrderElementsOf(task.tools());
              });
      assertThat(CallParser.parseCompletion(PocketAnswers.solver(draft.thought(), task.gold())))
          .isInstanceOfSatisfying(
              ParsedCalls.Calls.class,
              calls ->
                  assertThat(CallMatcher.strict(calls.calls(), task.gold(), task.tools()))
                      .isTrue());
    }
  }

  @Test
  void questionsAreOfReadableLength() {
    var corpus =
        new PocketCorpus(lexicon, PromptBuilder.of(PromptBuilder.BRIEF), Imperfections.none());
    double words = 0;
    int count = 0;
    for (int i = 0; i < 4000; i++) {
      Lesson lesson = corpus.lesson(new Seed(5), i, 1);
      if (lesson.kind() == Lesson.Kind.SOLVER) {
        String user = lesson.messages().getLast().content();
        int n = user.substring(0, user.indexOf("</question>")).split(" ").length;
        assertThat(n).isBetween(7, 60);
        words += n;
        count++;
      }
    }
    assertThat(words / count).isBetween(10.0, 25.0);
  }

  @Test
  void aMenuLargerThanTheDomainIsRefused() {
    var tasks = new PocketTasks(lexicon, Part.BENCHMARK);
    assertThatThrownBy(
            () ->
                tasks.task(new Seed(1), new ControlSpec("travel", ContextType.SINGLE_TURN, 50, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("50")
        .hasMessageContaining("travel");
  }
}
