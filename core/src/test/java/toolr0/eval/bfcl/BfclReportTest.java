package toolr0.eval.bfcl;

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
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.EvaluationFiles;
import toolr0.eval.EvaluationReport;
import toolr0.eval.EvaluationRun;
import toolr0.eval.Figure;
import toolr0.eval.Figures;
import toolr0.eval.Grades;
import toolr0.eval.Verdict;
import toolr0.task.Task;
import toolr0.tool.CallParser;
import tools.jackson.databind.JsonNode;

class BfclReportTest {
  @TempDir private Path folder;
  private final List<Verdict> verdicts = new ArrayList<>();

  private void add(BfclCategory category, int tasks, int right) {
    for (int i = 0; i < tasks; i++) {
      String calls = "[{\"name\": \"f\", \"arguments\": {\"n\": %d}}]".formatted(i);
      add(category, category.wireName() + "_" + i, calls, i < right, true);
    }
  }

  private void add(BfclCategory category, String id, String answer, boolean right, boolean fits) {
    Task task = new Task("Q", List.of(), List.of());
    BenchmarkTask asked =
        new BenchmarkTask(
            id, category.wireName(), task, a -> Grades.of(right, right, "value_error:others"));
    verdicts.add(
        new Verdict(
            asked,
            List.of(),
            fits ? Optional.empty() : Optional.of("too many tokens"),
            answer,
            OptionalInt.of(3),
            CallParser.parse(answer),
            false,
            Grades.of(right, right, "value_error:others")));
  }

  private EvaluationReport report() {
    List<BenchmarkTask> tasks = verdicts.stream().map(Verdict::task).toList();
    return new EvaluationReport(
        new Benchmark("bfcl", tasks, List.of(), new BfclReport()), "m", 0.95, verdicts);
  }

  private void addAll() {
    add(BfclCategory.SIMPLE_PYTHON, 10, 9);
    add(BfclCategory.SIMPLE_JAVA, 5, 2);
    add(BfclCategory.SIMPLE_JAVASCRIPT, 4, 2);
    add(BfclCategory.MULTIPLE, 10, 8);
    add(BfclCategory.PARALLEL, 4, 1);
    add(BfclCategory.PARALLEL_MULTIPLE, 2, 1);
    add(BfclCategory.IRRELEVANCE, 4, 3);
    add(BfclCategory.LIVE_SIMPLE, 10, 5);
    add(BfclCategory.LIVE_MULTIPLE, 20, 4);
    add(BfclCategory.LIVE_PARALLEL, 2, 1);
    add(BfclCategory.LIVE_PARALLEL_MULTIPLE, 2, 0);
    add(BfclCategory.LIVE_IRRELEVANCE, 8, 2);
    add(BfclCategory.LIVE_RELEVANCE, 2, 2);
  }

  @Test
  void aggregatesAreTheLeaderboards() {
    addAll();
    EvaluationReport report = report();
    double simple = (0.9 + 0.4 + 0.5) / 3;
    assertThat(report.more().get("bfcl_non_live_ast"))
        .isCloseTo((simple + 0.8 + 0.25 + 0.5) / 4, within(1e-12));
    assertThat(report.more().get("bfcl_live_ast")).isCloseTo(10 / 34.0, within(1e-12));
    assertThat(report.more().get("bfcl_irrelevance")).isCloseTo(0.5, within(1e-12));
    for (String name : List.of("bfcl_non_live_ast", "bfcl_live_ast", "bfcl_irrelevance")) {
      Figure figure =
          report.figures().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
      assertThat(figure.value()).isEqualTo(report.more().get(name));
      assertThat(figure.interval().low()).isLessThan(figure.value());
      assertThat(figure.interval().high()).isGreaterThan(figure.value());
    }
    assertThat(report.figures("multiple"))
        .extracting(Figure::name)
        .noneMatch(n -> n.startsWith("bfcl"));
  }

  @Test
  void anAggregateNeedsAllItsCategories() {
    add(BfclCategory.SIMPLE_PYTHON, 2, 2);
    add(BfclCategory.LIVE_SIMPLE, 2, 2);
    add(BfclCategory.IRRELEVANCE, 2, 2);
    assertThat(report().more().get("bfcl_non_live_ast")).isNaN();
    assertThat(report().more().get("bfcl_live_ast")).isNaN();
    assertThat(report().more().get("bfcl_irrelevance")).isNaN();
  }

  @Test
  void anEvaluationHoldsAggregatesAndTheLeaderboardsResultFiles() throws IOException {
    addAll();
    add(BfclCategory.SIMPLE_PYTHON, "simple_python_77", "no idea", false, true);
    add(BfclCategory.SIMPLE_PYTHON, "simple_python_78", "[]", false, false);
    EvaluationFiles.write(
        folder,
        new EvaluationRun(
            "models/Qwen 2",
            "full-v1",
            100,
            Optional.empty(),
            Optional.empty(),
            new TreeMap<>(),
            Instant.ofEpochSecond(1),
            Duration.ofSeconds(1),
            List.of(Figures.of(report()))));
    JsonNode results = Json.parse(Files.readString(folder.resolve("results.json")));
    assertThat(
            results.required("results").required("bfcl").required("bfcl_live_ast,none").asDouble())
        .isCloseTo(10 / 34.0, within(1e-12));
    assertThat(Files.readString(folder.resolve("report.md"))).contains("| bfcl non live ast | ");
    Path model = folder.resolve("bfcl").resolve("result").resolve("models_Qwen_2");
    assertThat(model.resolve("live").resolve("BFCL_v4_live_relevance_result.json")).exists();
    List<String> lines =
        Files.readAllLines(model.resolve("non_live").resolve("BFCL_v4_simple_python_result.json"));
    assertThat(lines).hasSize(11);
    JsonNode first = Json.parse(lines.getFirst());
    assertThat(first.required("id").stringValue()).isEqualTo("simple_python_0");
    assertThat(first.required("result").stringValue()).isEqualTo("[f(n=0)]");
    JsonNode prose = Json.parse(lines.get(10));
    assertThat(prose.required("result").stringValue()).startsWith("no calls could be read");
    assertThat(prose.required("raw_output").stringValue()).isEqualTo("no idea");
  }
}
