package toolr0.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.EvaluationReport;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.eval.UnreadableRecord;
import toolr0.eval.Verdict;
import toolr0.task.Task;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

class EvaluationTextTest {

  @Test
  void theFirstRecordsThatCouldNotBeReadAreNamed() {
    Task task = new Task("q", List.of(), List.of(new ToolCall("f", Json.object())));
    BenchmarkTask asked =
        new BenchmarkTask("a", "c", task, Grader.typed(task)).unanswerable("\"f\" is not offered");
    Verdict verdict =
        new Verdict(
            asked,
            List.of(),
            Optional.empty(),
            "",
            OptionalInt.of(0),
            new ParsedCalls.Unusable(false, "empty"),
            false,
            Grades.of(false, false, Grader.UNREADABLE));
    List<UnreadableRecord> unreadable =
        IntStream.range(1, 6)
            .mapToObj(i -> new UnreadableRecord("a.jsonl", "line " + i, "it has no gold"))
            .toList();
    String text =
        EvaluationText.of(
            new EvaluationReport(
                new Benchmark("toys", List.of(asked), unreadable), "m", 0.95, List.of(verdict)));
    assertThat(text)
        .contains("exact match [95% interval]")
        .contains("5 records could not be read", "a.jsonl, line 3: it has no gold", "and 2 more")
        .contains("in 1 tasks the gold asks for what was not offered")
        .doesNotContain("line 4");
  }

  @Test
  void figuresThatNoTaskHasAreLeftOut() {
    Task task = new Task("q", List.of(), List.of(new ToolCall("f", Json.object())));
    BenchmarkTask asked = new BenchmarkTask("a", "c", task, Grader.typed(task));
    Verdict verdict =
        new Verdict(
            asked,
            List.of(),
            Optional.of("too many tokens"),
            "",
            OptionalInt.of(0),
            new ParsedCalls.Unusable(false, "empty"),
            false,
            Grades.of(false, false, Grader.UNREADABLE));
    String text =
        EvaluationText.of(
            new EvaluationReport(
                new Benchmark("toys", List.of(asked)), "m", 0.95, List.of(verdict)));
    assertThat(text)
        .containsPattern("too long +100.0%")
        .containsPattern("false refusals +0.0%")
        .doesNotContain("irrelevance", "NaN");
  }
}
