package toolr0.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.eval.sets.HammerReader;
import toolr0.eval.sets.NexusRavenReader;
import toolr0.eval.sets.SealToolsReader;
import toolr0.eval.sets.ToolAlpacaReader;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * Gold answers of the published sets, written as a model writes them, are right by every rule.
 * Reads the folder named by the system property {@code toolr0.benchmarks}.
 */
class GoldAsOutputTest {
  private static final List<BenchmarkReader> READERS =
      List.of(
          new HammerReader(),
          new NexusRavenReader(),
          new SealToolsReader(),
          new ToolAlpacaReader());

  @ParameterizedTest
  @ValueSource(strings = {"hammer", "nexusraven", "sealtools", "toolalpaca"})
  void goldIsRight(String name) throws IOException {
    Path folder = Path.of(System.getProperty("toolr0.benchmarks", "../shared/benchmarks"), name);
    if (!Files.isDirectory(folder)) {
      System.out.println("gold " + name + ": no data at " + folder + ", nothing checked");
      return;
    }
    BenchmarkReader reader =
        READERS.stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
    Benchmark benchmark = reader.read(folder);
    assertThat(benchmark.tasks().size() + benchmark.unreadable().size())
        .isEqualTo(records(name, folder));
    assertThat(benchmark.tasks().stream().map(BenchmarkTask::id)).doesNotHaveDuplicates();
    List<BenchmarkTask> answerable =
        benchmark.tasks().stream().filter(task -> task.unanswerable().isEmpty()).toList();
    print(benchmark, answerable.size());

    EvaluationReport report = report(name, answerable);
    assertThat(report.verdicts().stream().filter(v -> !v.grades().strict()).map(Verdict::id))
        .isEmpty();
    assertThat(report.verdicts().stream().filter(v -> !v.grades().equivalent()).map(Verdict::id))
        .isEmpty();
    assertThat(report.parseRate()).isEqualTo(1);
    assertThat(report.nameAccuracy()).isEqualTo(1);
    for (Verdict verdict : report.verdicts()) {
      assertThat(verdict.grades().own().values()).as(verdict.id()).allMatch(score -> score == 1);
    }
    checkOverlaps(name, answerable);
  }

  /**
   * All corpus-level figures are 1. The published rules compare a call with the first gold call of
   * its name, so over records whose gold calls one tool twice those over arguments may be lower.
   */
  private static void checkOverlaps(String name, List<BenchmarkTask> answerable) {
    List<BenchmarkTask> once = answerable.stream().filter(t -> !callsATwice(t)).toList();
    report(name, once)
        .more()
        .forEach(
            (metric, value) -> {
              if (metric.endsWith("_f1")) {
                assertThat(value).as(metric).isEqualTo(1);
              }
            });
    Map<String, Double> all = report(name, answerable).more();
    for (String metric : List.of("function_f1", "api_f1")) {
      assertThat(all.getOrDefault(metric, 1.0)).isEqualTo(1);
    }
    all.forEach(
        (metric, value) -> {
          if (metric.endsWith("_f1")) {
            System.out.printf("gold %s: %s %.4f%n", name, metric, value);
          }
        });
  }

  private static boolean callsATwice(BenchmarkTask task) {
    List<String> names = task.task().gold().stream().map(ToolCall::name).toList();
    return names.stream().distinct().count() < names.size();
  }

  private static EvaluationReport report(String name, List<BenchmarkTask> tasks) {
    List<Verdict> verdicts = new ArrayList<>();
    for (BenchmarkTask task : tasks) {
      String answer =
          AnswerBlocks.Tag.THINK.wrap("One call for each wish.")
              + AnswerBlocks.Tag.TOOL_CALL_ANSWER.wrap(CallWriter.write(task.task().gold()));
      verdicts.add(Evaluator.judge(task, List.of(), true, answer, 0));
    }
    return new EvaluationReport(new Benchmark(name, tasks), "gold", 0.95, verdicts);
  }

  private static void print(Benchmark benchmark, int answerable) {
    System.out.printf(
        "gold %s: %d tasks, %d answerable, %d records unreadable%n",
        benchmark.name(), benchmark.tasks().size(), answerable, benchmark.unreadable().size());
    benchmark.tasks().stream()
        .filter(task -> task.unanswerable().isPresent())
        .forEach(
            task ->
                System.out.printf(
                    "gold %s: %s cannot be answered: %s%n",
                    benchmark.name(), task.id(), task.unanswerable().orElseThrow()));
    benchmark
        .unreadable()
        .forEach(record -> System.out.println("gold " + benchmark.name() + ": " + record));
  }

  private static long records(String name, Path folder) throws IOException {
    return switch (name) {
      case "hammer" ->
          list(folder, "apibank_l1.json").size()
              + list(folder, "apibank_l2.json").size()
              + list(folder, "sealtool.json").size()
              + list(folder, "toolalpaca.json").size();
      case "nexusraven" -> lines(folder, "derived_standardized_queries.jsonl");
      case "sealtools" ->
          lines(folder, "test_in_domain.jsonl") + lines(folder, "test_out_domain.jsonl");
      case "toolalpaca" ->
          instructions(folder, "eval_simulated.json") + instructions(folder, "eval_real.json");
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static JsonNode list(Path folder, String file) throws IOException {
    return Json.parse(Files.readString(folder.resolve(file)));
  }

  private static long lines(Path folder, String file) throws IOException {
    return Files.readString(folder.resolve(file)).lines().filter(line -> !line.isBlank()).count();
  }

  private static long instructions(Path folder, String file) throws IOException {
    return list(folder, file).values().stream()
        .mapToLong(api -> api.path("Instructions").size())
        .sum();
  }
}
