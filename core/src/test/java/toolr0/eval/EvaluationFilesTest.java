package toolr0.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.chat.Message;
import toolr0.task.Task;
import toolr0.testsupport.ToyTasks;
import toolr0.tool.CallWriter;
import tools.jackson.databind.JsonNode;

class EvaluationFilesTest {
  @TempDir private Path folder;
  private EvaluationReport report;

  @BeforeEach
  void writeAnEvaluation() throws IOException {
    Benchmark toy = ToyTasks.benchmark(12);
    List<BenchmarkTask> tasks = new ArrayList<>();
    for (BenchmarkTask task : toy.tasks()) {
      Grader grader = answer -> graded(task, task.grader().grade(answer));
      tasks.add(new BenchmarkTask(task.id(), task.category(), task.task(), grader));
    }
    Task none = new Task("Nothing fits here", toy.tasks().getFirst().task().tools(), List.of());
    tasks.add(new BenchmarkTask("none", "irrelevance", none, Grader.typed(none)));
    tasks.set(1, tasks.get(1).unanswerable("its gold is not offered"));
    Task lost = new Task("Who hears this?", none.tools(), List.of());
    BenchmarkTask unheard = new BenchmarkTask("lost", "irrelevance", lost, Grader.typed(lost));
    List<BenchmarkTask> all = new ArrayList<>(tasks);
    all.add(unheard);
    Benchmark benchmark =
        new Benchmark(
            "toys", all, List.of(new UnreadableRecord("a.jsonl", "line 7", "it has no gold")));
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      String calls = i % 4 == 1 ? "[" : CallWriter.write(tasks.get(i).task().gold());
      String answer = "<tool_call_answer>" + calls + "</tool_call_answer>";
      List<Message> messages = List.of(Message.user(tasks.get(i).task().question()));
      verdicts.add(Evaluator.judge(tasks.get(i), messages, answer, 10 + i));
    }
    FailedTask failed =
        new FailedTask(unheard, List.of(Message.user(lost.question())), "HTTP 500: no memory");
    report = new EvaluationReport(benchmark, "m", 0.95, verdicts, List.of(failed));
    write(report);
  }

  private void write(EvaluationReport report) throws IOException {
    EvaluationFiles.write(
        folder,
        new EvaluationRun(
            "models/m",
            "brief-v1",
            160,
            Optional.empty(),
            Optional.of("the server refuses a bound"),
            new TreeMap<>(),
            Instant.ofEpochSecond(1000),
            Duration.ofSeconds(3),
            List.of(Figures.of(report))));
  }

  private static Grades graded(BenchmarkTask task, Grades grades) {
    int gold = task.task().gold().size();
    return grades
        .with("halves", grades.strict() ? 1 : 0.5)
        .with("names", new Overlap(grades.strict() ? gold : 0, gold, gold));
  }

  @Test
  void resultsHaveTheHarnessesSchema() throws IOException {
    JsonNode results = Json.parse(Files.readString(folder.resolve("results.json")));
    JsonNode group = results.required("results").required("toys");
    assertThat(group.required("strict,none").asDouble())
        .isEqualTo(report.overall().exactMatch())
        .isCloseTo(10 / 13.0, within(1e-12));
    assertThat(group.required("strict_stderr,none").asDouble()).isBetween(0.05, 0.2);
    assertThat(group.required("irrelevance,none").asDouble()).isEqualTo(1);
    assertThat(group.required("halves,none").asDouble()).isCloseTo(10.5 / 12, within(1e-12));
    assertThat(group.required("names_f1,none").asDouble()).isCloseTo(0.75, within(1e-12));
    assertThat(group.required("too_long,none").asDouble()).isZero();
    assertThat(group.required("mean_length,none").asDouble()).isEqualTo(16);
    assertThat(
            results
                .required("results")
                .required("toys_odd")
                .required("mean_length,none")
                .asDouble())
        .isEqualTo(16);
    JsonNode samples = results.required("n-samples").required("toys");
    assertThat(samples.required("original").asInt()).isEqualTo(14);
    assertThat(samples.required("unreadable").asInt()).isEqualTo(1);
    JsonNode better = results.required("higher_is_better").required("toys");
    assertThat(better.required("strict").asBoolean()).isTrue();
    assertThat(better.required("too_long").asBoolean()).isFalse();
    assertThat(results.required("group_subtasks").required("toys").values())
        .extracting(JsonNode::stringValue)
        .containsExactly("toys_even", "toys_irrelevance", "toys_odd");
    JsonNode odd = results.required("results").required("toys_odd");
    assertThat(odd.required("strict,none").asDouble()).isEqualTo(0.5);
    assertThat(odd.has("irrelevance,none")).isFalse();
    assertThat(results.required("n-samples").required("toys_odd").required("effective").asInt())
        .isEqualTo(6);
    JsonNode irrelevance = results.required("n-samples").required("toys_irrelevance");
    assertThat(irrelevance.required("original").asInt()).isEqualTo(2);
    assertThat(irrelevance.required("effective").asInt()).isEqualTo(1);
    assertThat(irrelevance.required("failed").asInt()).isEqualTo(1);
    assertThat(results.required("config").required("remark").stringValue())
        .isEqualTo("the server refuses a bound");
    assertThat(results.required("config").required("confidence").asDouble()).isEqualTo(0.95);
    assertThat(results.required("config").required("gen_kwargs").required("do_sample").asBoolean())
        .isFalse();
  }

  @Test
  void samplesHoldEverythingThatLedToAVerdict() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("samples.jsonl"));
    assertThat(lines).hasSize(14);
    JsonNode failed = Json.parse(lines.getLast());
    assertThat(failed.required("doc_id").stringValue()).isEqualTo("lost");
    assertThat(failed.required("failed").stringValue()).isEqualTo("HTTP 500: no memory");
    assertThat(failed.required("output").isNull()).isTrue();
    assertThat(failed.has("strict")).isFalse();
    JsonNode wrong = Json.parse(lines.get(1));
    assertThat(wrong.required("doc_id").stringValue()).isEqualTo("toy-1");
    assertThat(wrong.required("parsed").isNull()).isTrue();
    assertThat(wrong.required("unusable").stringValue()).isNotBlank();
    assertThat(wrong.required("strict").booleanValue()).isFalse();
    assertThat(wrong.required("error").stringValue()).isEqualTo("unreadable");
    assertThat(wrong.required("unanswerable").stringValue()).isEqualTo("its gold is not offered");
    JsonNode right = Json.parse(lines.getFirst());
    assertThat(right.required("prompt").get(0).required("content").stringValue())
        .startsWith("Please ask");
    assertThat(right.required("parsed")).isEqualTo(right.required("gold"));
    assertThat(right.required("own").required("halves").asDouble()).isEqualTo(1);
    assertThat(right.required("overlaps").required("names").required("matched").asInt())
        .isEqualTo(1);
  }

  @Test
  void aSampleSaysWhyItsPromptDoesNotFit() throws IOException {
    BenchmarkTask task = report.benchmark().tasks().getFirst();
    Verdict refused = Evaluator.tooLong(task, List.of(), "HTTP 400: 900 tokens, 800 fit");
    write(new EvaluationReport(report.benchmark(), "m", 0.95, List.of(refused)));
    JsonNode sample = Json.parse(Files.readString(folder.resolve("samples.jsonl")));
    assertThat(sample.required("fits").booleanValue()).isFalse();
    assertThat(sample.required("too_long").stringValue())
        .isEqualTo("HTTP 400: 900 tokens, 800 fit");
    assertThat(sample.required("strict").booleanValue()).isFalse();
    JsonNode results = Json.parse(Files.readString(folder.resolve("results.json")));
    assertThat(results.required("results").required("toys").required("too_long,none").asDouble())
        .isEqualTo(1);
  }

  @Test
  void allRecordsThatCouldNotBeReadAreWritten() throws IOException {
    List<UnreadableRecord> many = new ArrayList<>();
    for (int i = 0; i < 57; i++) {
      many.add(new UnreadableRecord("a.jsonl", "line " + i, "it has no gold"));
    }
    Benchmark whole = report.benchmark();
    Benchmark broken = new Benchmark("toys", whole.tasks(), many).limitedTo(5);
    write(new EvaluationReport(broken, "m", 0.95, report.verdicts(), report.failed()));
    List<String> lines = Files.readAllLines(folder.resolve("unreadable.jsonl"));
    assertThat(lines).hasSize(57);
    assertThat(lines.getLast())
        .isEqualTo(
            "{\"benchmark\":\"toys\",\"file\":\"a.jsonl\",\"record\":\"line 56\",\"reason\":\"it has no gold\"}");
    assertThat(Files.readString(folder.resolve("report.md")))
        .contains("- and 7 more, which are in unreadable.jsonl");
    JsonNode results = Json.parse(Files.readString(folder.resolve("results.json")));
    assertThat(results.required("n-samples").required("toys_odd").required("original").asInt())
        .isEqualTo(6);
    write(new EvaluationReport(new Benchmark("toys", whole.tasks()), "m", 0.95, report.verdicts()));
    assertThat(folder.resolve("unreadable.jsonl")).doesNotExist();
  }

  @Test
  void thePageNamesRecordsThatWereNotAskedOrCannotBeSolved() throws IOException {
    String page = Files.readString(folder.resolve("report.md"));
    assertThat(page)
        .contains(
            "| category | tasks | strict [95% interval] |", "| figure | value | 95% interval |")
        .contains("Note: the server refuses a bound.")
        .contains("# Evaluation of models/m", "## toys", "| irrelevance | 1 | 100.0 [100.0, 100.0]")
        .contains("In 1 tasks the gold asks for what was not offered", "in the figures: toy-1")
        .contains("1 of 14 tasks failed", "- lost (irrelevance): HTTP 500: no memory")
        .contains("1 records could not be read")
        .contains("- a.jsonl, line 7: it has no gold");
  }
}
