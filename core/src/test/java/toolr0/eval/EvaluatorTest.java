package toolr0.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.chat.ChatModel;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;
import toolr0.policy.FrozenPolicy;
import toolr0.prompt.PromptBuilder;
import toolr0.task.Task;
import toolr0.testsupport.ToyStore;
import toolr0.testsupport.ToyTasks;
import toolr0.tool.ToolCall;

class EvaluatorTest {
  @TempDir private Path folder;
  private final ToyStore store = new ToyStore(() -> {});
  private final Benchmark benchmark = ToyTasks.benchmark(23);

  @BeforeEach
  void writeBase() {
    ToyStore.writeBase(folder.resolve("base"));
  }

  private EvaluationReport evaluate(int batchSize) {
    return evaluate(benchmark, batchSize);
  }

  private EvaluationReport evaluate(Benchmark benchmark, int batchSize) {
    Evaluator evaluator =
        new Evaluator(
            new EvaluationConfig("pocket", 0, 100, batchSize, 0.95),
            PromptBuilder.of(PromptBuilder.BRIEF));
    try (FrozenPolicy policy = store.open(folder.resolve("base"), "solver")) {
      return evaluator
          .evaluate(policy, "base", benchmark, (batch, correct, asked) -> {}, () -> false)
          .orElseThrow();
    }
  }

  @Test
  void theFiguresDoNotDependOnTheBatch() {
    EvaluationReport whole = evaluate(100);
    assertThat(evaluate(1)).isEqualTo(whole);
    assertThat(evaluate(7)).isEqualTo(whole);
    assertThat(store.sampleCalls()).startsWith(23, 1);
  }

  @Test
  void aTaskThatWasNotAskedIsWrongByEveryRule() {
    BenchmarkTask task =
        new BenchmarkTask(
            "a",
            "b",
            benchmark.tasks().getFirst().task(),
            _ -> Grades.of(true, true, "").with("own", 1).with("parts", new Overlap(1, 2, 3)));
    Grades grades = Evaluator.tooLong(task, List.of(), "9 tokens, 5 fit").grades();
    assertThat(grades.strict()).isFalse();
    assertThat(grades.equivalent()).isFalse();
    assertThat(grades.error()).contains(Grader.UNREADABLE);
    assertThat(grades.own()).containsExactly(Map.entry("own", 0.0));
    assertThat(grades.overlaps()).containsExactly(Map.entry("parts", new Overlap(0, 0, 3)));
  }

  @Test
  void theMicroAverageCountsTasksAndCategoriesAddUp() {
    EvaluationReport report = evaluate(10);
    assertThat(report.overall().total()).isEqualTo(23);
    assertThat(report.categories().keySet()).containsExactly("even", "odd");
    assertThat(report.categories().values().stream().mapToInt(a -> a.correct()).sum())
        .isEqualTo(report.overall().correct());
    assertThat(report.verdicts().stream().filter(Verdict::correct))
        .hasSize(report.overall().correct());
    assertThat(report.parseRate()).isEqualTo(1);
    assertThat(report.nameAccuracy()).isEqualTo(1);
    assertThat(report.falseRefusals()).isZero();
    assertThat(report.irrelevance()).isNaN();
    assertThat(report.overall().correct()).isBetween(1, 22);
  }

  @Test
  void aTaskWhosePromptDoesNotFitTheContextIsWrongAndCounted() {
    BenchmarkTask task = benchmark.tasks().getFirst();
    Task longer =
        new Task(task.task().question().repeat(2000), task.task().tools(), task.task().gold());
    List<BenchmarkTask> tasks = new ArrayList<>(benchmark.tasks());
    tasks.set(4, new BenchmarkTask("long", task.category(), longer, Grader.typed(longer)));
    Benchmark withLonger = new Benchmark("pocket", tasks);
    EvaluationReport report = evaluate(withLonger, 10);
    assertThat(report.tooLong()).isEqualTo(1.0 / 23);
    assertThat(report.verdicts().stream().filter(v -> !v.fits()))
        .singleElement()
        .satisfies(v -> assertThat(v.id()).isEqualTo("long"))
        .satisfies(v -> assertThat(v.correct()).isFalse())
        .satisfies(v -> assertThat(v.tooLong().orElseThrow()).contains("tokens"));
    assertThat(evaluate(10).tooLong()).isZero();
  }

  @Test
  void tasksThatNoToolFitsHaveTheirOwnFigure() {
    List<Verdict> verdicts =
        List.of(
            verdict("a", "none", List.of(), "[]"),
            verdict("b", "none", List.of(), "[{\"name\":\"x\",\"arguments\":{}}]"),
            verdict("c", "call", ToyTasks.task("train", "Q").gold(), "[]"));
    EvaluationReport report = new EvaluationReport(benchmark, "m", 0.95, verdicts);
    assertThat(report.irrelevance()).isEqualTo(0.5);
    assertThat(report.falseRefusals()).isEqualTo(1);
    assertThat(report.macroAverage()).isEqualTo(0.25);
    assertThat(report.overall().exactMatch()).isEqualTo(1.0 / 3);
    assertThat(report.toJson().required("verdicts").size()).isEqualTo(3);
  }

  private static Verdict verdict(String id, String category, List<ToolCall> gold, String answer) {
    Task task = new Task("a question", List.of(), gold);
    BenchmarkTask asked = new BenchmarkTask(id, category, task, Grader.typed(task));
    return Evaluator.judge(
        asked, List.of(), "<tool_call_answer>" + answer + "</tool_call_answer>", 5);
  }

  @Test
  void everyFigureHasASeededIntervalAroundIt() {
    EvaluationReport report = evaluate(10);
    List<Figure> figures = report.figures();
    assertThat(figures)
        .extracting(Figure::name)
        .contains("strict", "equivalent", "strict_macro", "irrelevance", "parse_rate");
    for (Figure figure : figures) {
      if (!Double.isNaN(figure.value())) {
        assertThat(figure.value()).isBetween(figure.interval().low(), figure.interval().high());
      }
    }
    Figure strict = figures.getFirst();
    assertThat(strict.value()).isEqualTo(report.overall().exactMatch());
    assertThat(strict.interval().low()).isLessThan(strict.value());
    assertThat(evaluate(10).figures()).isEqualTo(figures);
    assertThat(report.figures("odd").getFirst().tasks()).isEqualTo(11);
  }

  /** Answers rightly, but fails in the tasks that are named. */
  private static ChatModel failingIn(Set<String> ids, OptionalInt tokens) {
    return (chats, maxCompletionLength) ->
        chats.stream()
            .<Reply>map(
                chat ->
                    ids.contains(chat.id())
                        ? new Reply.Failed("no line to " + chat.id())
                        : new Reply.Answered(
                            ToyTasks.answer(chat.messages().getLast().content(), true)
                                .orElseThrow(),
                            tokens))
            .toList();
  }

  private Optional<EvaluationReport> evaluate(ChatModel model) {
    return new Evaluator(
            new EvaluationConfig("pocket", 0, 100, 10, 0.95), PromptBuilder.of(PromptBuilder.BRIEF))
        .evaluate(model, "far", benchmark, (batch, correct, asked) -> {}, () -> false);
  }

  @Test
  void aTaskThatFailsIsCountedApartAndIsInNoFigure() {
    EvaluationReport report =
        evaluate(failingIn(Set.of("toy-0", "toy-21"), OptionalInt.of(7))).orElseThrow();
    assertThat(report.failed())
        .extracting(f -> f.task().id(), FailedTask::reason)
        .containsExactly(tuple("toy-0", "no line to toy-0"), tuple("toy-21", "no line to toy-21"));
    assertThat(report.overall().total()).isEqualTo(21);
    assertThat(report.overall().exactMatch()).isEqualTo(1);
    assertThat(report.parseRate()).isEqualTo(1);
    assertThat(report.meanLength()).isEqualTo(7);
    assertThat(report.failedByCategory().keySet()).containsExactly("even", "odd");
    assertThat(report.figuresJson().required("failed").asInt()).isEqualTo(2);
  }

  @Test
  void whatAnEndpointRefusesAsTooLongIsWrongAndCountedWithItsReason() {
    ChatModel refusing =
        (chats, maxCompletionLength) ->
            failingIn(Set.of(), OptionalInt.of(7)).answer(chats, maxCompletionLength).stream()
                .map(
                    reply ->
                        reply instanceof Reply.Answered(String text, OptionalInt _)
                                && text.contains("QKBBBB")
                            ? new Reply.TooLong("HTTP 400: the context has 9 tokens")
                            : reply)
                .toList();
    EvaluationReport report = evaluate(refusing).orElseThrow();
    assertThat(report.failed()).isEmpty();
    assertThat(report.overall().total()).isEqualTo(23);
    List<Verdict> refused = report.verdicts().stream().filter(v -> !v.fits()).toList();
    assertThat(refused).hasSize(1).noneMatch(Verdict::correct);
    assertThat(report.tooLong()).isEqualTo(1.0 / 23);
    assertThat(report.toJson().required("verdicts").values())
        .filteredOn(line -> line.has("too_long"))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.required("too_long").stringValue())
                    .isEqualTo("HTTP 400: the context has 9 tokens"));
  }

  @Test
  void aModelThatDoesNotTellLengthsHasNoMeanLength() {
    EvaluationReport report = evaluate(failingIn(Set.of(), OptionalInt.empty())).orElseThrow();
    assertThat(report.meanLength()).isNaN();
    assertThat(report.toJson().required("verdicts").get(0).required("tokens").isNull()).isTrue();
  }

  @Test
  void withoutOneAnswerThereIsNoReport() {
    Set<String> all = benchmark.tasks().stream().map(BenchmarkTask::id).collect(Collectors.toSet());
    assertThatExceptionOfType(ModelUnavailableException.class)
        .isThrownBy(() -> evaluate(failingIn(all, OptionalInt.empty())))
        .withMessage("far answered none of the 23 tasks of pocket: no line to toy-0");
  }

  @Test
  void itStopsBetweenBatches() {
    Evaluator evaluator =
        new Evaluator(
            new EvaluationConfig("pocket", 0, 100, 10, 0.95),
            PromptBuilder.of(PromptBuilder.BRIEF));
    List<Integer> batches = new ArrayList<>();
    try (FrozenPolicy policy = store.open(folder.resolve("base"), "solver")) {
      Optional<EvaluationReport> report =
          evaluator.evaluate(
              policy,
              "base",
              benchmark,
              (batch, correct, asked) -> batches.add(batch),
              () -> batches.size() == 2);
      assertThat(report).isEmpty();
    }
    assertThat(batches).containsExactly(1, 2);
  }
}
