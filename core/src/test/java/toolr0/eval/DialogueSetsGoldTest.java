package toolr0.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.eval.sets.ApiBankReader;
import toolr0.eval.sets.NestfulReader;
import toolr0.eval.sets.SnipsReader;
import toolr0.eval.sets.ToolTalkReader;
import toolr0.tool.CallWriter;
import tools.jackson.databind.JsonNode;

/**
 * Gold fed back as a model's answer is right by every rule on every answerable record of API-Bank,
 * SNIPS, NESTFUL and ToolTalk, and no record is lost. The data are read from the folder named by
 * the system property {@code toolr0.benchmarks}.
 */
class DialogueSetsGoldTest {
  private static final Path DATA =
      Path.of(System.getProperty("toolr0.benchmarks", "../shared/benchmarks"));

  @Test
  void apiBank() throws IOException {
    check(
        new ApiBankReader(),
        task -> task.id().substring(0, task.id().lastIndexOf('/')),
        folder -> files(folder.resolve("lv1-lv2-samples"), ".jsonl").size());
    verifyTasks(
        new ApiBankReader(),
        folder -> {
          int calls = 0;
          for (Path file : files(folder.resolve("lv1-lv2-samples"), ".jsonl")) {
            for (String line : lines(file)) {
              calls += Json.parse(line).path("role").stringValue("").equals("API") ? 1 : 0;
            }
          }
          return calls;
        });
  }

  @Test
  void snips() throws IOException {
    check(
        new SnipsReader(),
        BenchmarkTask::id,
        folder -> {
          int utterances = 0;
          for (Path file : files(folder, ".json")) {
            if (RecordFile.name(file).startsWith("validate_")) {
              for (JsonNode list : Json.parse(Files.readString(file)).values()) {
                utterances += list.size();
              }
            }
          }
          return utterances;
        });
  }

  @Test
  void nestful() throws IOException {
    check(
        new NestfulReader(),
        BenchmarkTask::id,
        folder -> {
          int records = 0;
          for (Path file : files(folder.resolve("data_v1"), "-data.json")) {
            records += Json.parse(Files.readString(file)).size();
          }
          for (Path file : files(folder.resolve("data_v2"), ".jsonl")) {
            records += lines(file).size();
          }
          return records;
        });
  }

  @Test
  void toolTalk() throws IOException {
    check(
        new ToolTalkReader(),
        task -> task.id().substring(0, task.id().lastIndexOf('/')),
        folder ->
            files(folder.resolve("easy"), ".json").size()
                + files(folder.resolve("tooltalk"), ".json").size());
    verifyTasks(
        new ToolTalkReader(),
        folder -> {
          int turns = 0;
          for (String part : List.of("easy", "tooltalk")) {
            for (Path file : files(folder.resolve(part), ".json")) {
              for (JsonNode turn :
                  Json.parse(Files.readString(file)).path("conversation").values()) {
                turns += turn.path("apis").isEmpty() ? 0 : 1;
              }
            }
          }
          return turns;
        });
  }

  private interface Count {
    int in(Path folder) throws IOException;
  }

  private static void check(
      BenchmarkReader reader, Function<BenchmarkTask, String> recordOf, Count records)
      throws IOException {
    Path folder = DATA.resolve(reader.name());
    if (!Files.isDirectory(folder)) {
      System.out.println("gold " + reader.name() + ": no data at " + folder + ", nothing checked");
      return;
    }
    Benchmark benchmark = reader.read(folder);
    List<String> wrong = new ArrayList<>();
    List<String> unanswerable = new ArrayList<>();
    for (BenchmarkTask task : benchmark.tasks()) {
      if (task.unanswerable().isPresent()) {
        unanswerable.add(task.id() + " (" + task.unanswerable().get() + ")");
        continue;
      }
      String answer =
          "<think>.</think>\n<tool_call_answer>"
              + CallWriter.write(task.task().gold())
              + "</tool_call_answer>";
      Verdict verdict = Evaluator.judge(task, List.of(), true, answer, 1);
      Grades grades = verdict.grades();
      boolean own = grades.own().values().stream().allMatch(score -> score == 1);
      boolean overlaps =
          grades.overlaps().values().stream()
              .allMatch(o -> o.matched() == o.gold() && o.predicted() == o.gold());
      if (!grades.strict() || !grades.equivalent() || !own || !overlaps) {
        wrong.add(task.id() + " " + grades);
      }
    }
    long read = benchmark.tasks().stream().map(recordOf).distinct().count();
    System.out.printf(
        "gold %-9s records %4d unreadable %2d tasks %4d unanswerable %3d%n",
        reader.name(),
        read,
        benchmark.unreadable().size(),
        benchmark.tasks().size(),
        unanswerable.size());
    unanswerable.forEach(id -> System.out.println("  unanswerable " + id));
    benchmark.unreadable().forEach(record -> System.out.println("  unreadable " + record));
    assertThat(wrong).isEmpty();
    assertThat(benchmark.tasks()).extracting(BenchmarkTask::id).doesNotHaveDuplicates();
    assertThat(read + benchmark.unreadable().size()).isEqualTo(records.in(folder));
  }

  /** Holds that what is asked is all there is, when every record can be read. */
  private static void verifyTasks(BenchmarkReader reader, Count tasks) throws IOException {
    Path folder = DATA.resolve(reader.name());
    if (Files.isDirectory(folder)) {
      assertThat(reader.read(folder).tasks()).hasSize(tasks.in(folder));
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().toList();
    }
  }
}
