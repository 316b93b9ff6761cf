package toolr0.pocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toolr0.base.Seed;
import toolr0.pocket.Lesson.Kind;
import toolr0.prompt.PromptBuilder;
import toolr0.task.ContextType;
import toolr0.task.ControlSpec;
import toolr0.task.ParsedTask;
import toolr0.task.Task;
import toolr0.task.TaskCheck;
import toolr0.task.TaskCheckConfig;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.SchemaCheck;
import toolr0.tool.ToolMenus;

class PocketCorpusTest {
  private static final Seed SEED = new Seed(1);

  private final PocketLexicon lexicon = PocketLexicon.load();
  private final PromptBuilder prompts = PromptBuilder.of(PromptBuilder.BRIEF);
  private final PocketCorpus corpus = new PocketCorpus(lexicon, prompts, Imperfections.standard());
  private final PocketCorpus clean = new PocketCorpus(lexicon, prompts, Imperfections.none());

  @Test
  void aLessonDependsOnSeedIndexAndProgressAlone() {
    var again = new PocketCorpus(PocketLexicon.load(), prompts, Imperfections.standard());
    var different = new HashSet<Lesson>();
    for (int i = 999; i >= 0; i--) {
      Lesson lesson = again.lesson(SEED, i, 0.7);
      assertThat(lesson).isEqualTo(corpus.lesson(SEED, i, 0.7));
      different.add(lesson);
    }
    assertThat(different).hasSizeGreaterThan(960);
    assertThat(corpus.lesson(new Seed(2), 0, 0.7)).isNotEqualTo(corpus.lesson(SEED, 0, 0.7));
  }

  @Test
  void repetitionsGiveWayToTheRoles() {
    assertThat(shares(0).get(Kind.COPY)).isBetween(0.21, 0.29);
    assertThat(shares(1).get(Kind.COPY)).isBetween(0.05, 0.11);
    assertThat(shares(1).get(Kind.SOLVER)).isBetween(0.45, 0.55);
    assertThat(shares(1).get(Kind.GENERATOR)).isBetween(0.33, 0.43);
  }

  @Test
  void lessonsGrowLonger() {
    assertThat(meanLength(0)).isLessThan(meanLength(0.25) * 0.9);
    assertThat(meanLength(0.25)).isLessThan(meanLength(0.5) * 0.95);
  }

  @Test
  void aRepetitionRepeats() {
    for (Lesson lesson : lessons(corpus, Kind.COPY, 0.3, 200)) {
      assertThat(lesson.messages()).hasSize(1);
      assertThat(lesson.messages().getFirst().content()).isEqualTo("Repeat: " + lesson.answer());
    }
  }

  @Test
  void cleanGeneratorLessonsFollowTheControlSpecTheyAnswer() {
    var parser = new TaskParser(TaskParserConfig.standard());
    var check = new TaskCheck(TaskCheckConfig.standard());
    for (Lesson lesson : lessons(clean, Kind.GENERATOR, 1, 800)) {
      ControlSpec spec = spec(lesson);
      assertThat(parser.parse(lesson.answer()))
          .isInstanceOfSatisfying(
              ParsedTask.Parsed.class,
              parsed -> assertThat(check.check(spec, parsed.task())).isEmpty());
    }
  }

  @Test
  void cleanSolverLessonsThinkAndCallOnlyWhatTheMenuAllows() {
    for (Lesson lesson : lessons(clean, Kind.SOLVER, 1, 800)) {
      assertThat(AnswerBlocks.of(lesson.answer()).content(AnswerBlocks.Tag.THINK)).isPresent();
      var calls = (ParsedCalls.Calls) CallParser.parseCompletion(lesson.answer());
      assertThat(SchemaCheck.check(calls.calls(), menu(lesson).tools())).isEmpty();
    }
  }

  @Test
  void thePromptsAreThoseOfSelfPlay() {
    for (Lesson lesson : lessons(corpus, Kind.GENERATOR, 1, 100)) {
      assertThat(lesson.messages()).isEqualTo(prompts.generator(spec(lesson)));
    }
    for (Lesson lesson : lessons(corpus, Kind.SOLVER, 1, 100)) {
      String question =
          AnswerBlocks.of(lesson.messages().getLast().content())
              .content(AnswerBlocks.Tag.QUESTION)
              .orElseThrow();
      assertThat(lesson.messages()).isEqualTo(prompts.solver(question, menu(lesson).tools()));
    }
  }

  @Test
  void aThirdOfTheGeneratorsTasksIsFlawedAndEveryEighthDoesNotParse() {
    var parser = new TaskParser(TaskParserConfig.standard());
    var check = new TaskCheck(TaskCheckConfig.standard());
    int parsed = 0;
    int sound = 0;
    List<Lesson> lessons = lessons(corpus, Kind.GENERATOR, 1, 2000);
    for (Lesson lesson : lessons) {
      if (parser.parse(lesson.answer()) instanceof ParsedTask.Parsed p) {
        parsed++;
        sound += check.check(spec(lesson), p.task()).isEmpty() ? 1 : 0;
      }
    }
    assertThat((double) parsed / lessons.size()).isBetween(0.8, 0.92);
    assertThat((double) sound / lessons.size()).isBetween(0.6, 0.75);
  }

  @Test
  void flawedSolverLessonsDifferFromTheCleanOnesInTheAnswerOnly() {
    int[][] flawedOfAllByCalls = new int[3][2];
    for (int i = 0; i < 20_000; i++) {
      Lesson right = clean.lesson(SEED, i, 1);
      Lesson lesson = corpus.lesson(SEED, i, 1);
      assertThat(lesson.kind()).isEqualTo(right.kind());
      if (right.kind() == Kind.SOLVER) {
        assertThat(lesson.messages()).isEqualTo(right.messages());
        var calls = (ParsedCalls.Calls) CallParser.parseCompletion(right.answer());
        int[] counts = flawedOfAllByCalls[Math.min(2, calls.calls().size())];
        counts[0] += lesson.answer().equals(right.answer()) ? 0 : 1;
        counts[1]++;
      }
    }
    assertThat(share(flawedOfAllByCalls[0])).isBetween(0.52, 0.70);
    assertThat(share(flawedOfAllByCalls[1])).isBetween(0.54, 0.68);
    assertThat(share(flawedOfAllByCalls[2])).isBetween(0.72, 0.87);
  }

  @Test
  void theJudgeGivesADigitAndFullMarksToSoundTasks() {
    for (Lesson lesson : lessons(corpus, Kind.JUDGE, 1, 500)) {
      assertThat(lesson.answer()).matches("[1-5]");
    }
    var grades = new HashSet<String>();
    for (Lesson lesson : lessons(clean, Kind.JUDGE, 1, 500)) {
      AnswerBlocks blocks = AnswerBlocks.of(lesson.messages().getLast().content());
      var calls =
          (ParsedCalls.Calls)
              CallParser.parse(blocks.content(AnswerBlocks.Tag.TOOL_CALL_ANSWER).orElseThrow());
      Task task =
          new Task(
              blocks.content(AnswerBlocks.Tag.QUESTION).orElseThrow(),
              menu(lesson).tools(),
              calls.calls());
      if (!SchemaCheck.check(task.gold(), task.tools()).isEmpty()) {
        assertThat(lesson.answer()).isNotEqualTo("5");
      }
      grades.add(lesson.answer());
    }
    assertThat(grades).contains("1", "2", "3", "5");
  }

  private Map<Kind, Double> shares(double progress) {
    var counts = new EnumMap<Kind, Double>(Kind.class);
    for (int i = 0; i < 4000; i++) {
      counts.merge(corpus.lesson(SEED, i, progress).kind(), 1.0 / 4000, Double::sum);
    }
    return counts;
  }

  private double meanLength(double progress) {
    double length = 0;
    for (int i = 0; i < 2000; i++) {
      Lesson lesson = corpus.lesson(SEED, i, progress);
      length += lesson.messages().getLast().content().length() + lesson.answer().length();
    }
    return length / 2000;
  }

  private static List<Lesson> lessons(PocketCorpus from, Kind kind, double progress, int count) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> from.lesson(SEED, i, progress))
        .filter(lesson -> lesson.kind() == kind)
        .limit(count)
        .toList();
  }

  private static ParsedMenu.Menu menu(Lesson lesson) {
    return (ParsedMenu.Menu)
        ToolMenus.parse(
            AnswerBlocks.of(lesson.messages().getLast().content())
                .content(AnswerBlocks.Tag.AVAILABLE_TOOLS)
                .orElseThrow());
  }

  private static ControlSpec spec(Lesson lesson) {
    Map<String, String> fields = new TreeMap<>();
    lesson
        .messages()
        .getLast()
        .content()
        .lines()
        .forEach(line -> fields.put(line.split(": ")[0], line.split(": ")[1]));
    return new ControlSpec(
        fields.getOrDefault("domain", ""),
        fields.getOrDefault("context", "").equals("multi_turn")
            ? ContextType.MULTI_TURN
            : ContextType.SINGLE_TURN,
        Integer.parseInt(fields.getOrDefault("tools", "0")),
        Integer.parseInt(fields.getOrDefault("calls", "-1")));
  }

  private static double share(int[] counts) {
    return (double) counts[0] / counts[1];
  }
}
