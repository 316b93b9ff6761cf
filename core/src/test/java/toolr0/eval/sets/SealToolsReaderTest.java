package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static toolr0.eval.sets.SetFixtures.grade;
import static toolr0.eval.sets.SetFixtures.task;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.eval.Overlap;
import toolr0.eval.UnreadableRecord;
import toolr0.tool.ToolSpec;

class SealToolsReaderTest {
  @TempDir private Path folder;
  private Benchmark benchmark = new Benchmark("", List.of());

  @BeforeEach
  void read() {
    benchmark = SetFixtures.read(new SealToolsReader(), folder, SetFixtures.SEAL_TOOLS);
  }

  @Test
  void aRecordWithoutGoldIsReported() {
    assertThat(benchmark.tasks())
        .extracting(BenchmarkTask::id, BenchmarkTask::category)
        .containsExactly(
            tuple("in-easy-1", "test_in_domain"),
            tuple("in-difficult-2", "test_in_domain"),
            tuple("out-difficult-1", "test_out_domain"),
            tuple("out-difficult-2", "test_out_domain"));
    assertThat(benchmark.unreadable())
        .containsExactly(
            new UnreadableRecord("test_out_domain.jsonl", "out-easy-3", "it has no gold call"));
  }

  @Test
  void toolsSayWhichResultsTheyGiveAndTheQuestionHowTheyAreNamed() {
    BenchmarkTask nested = task(benchmark, "in-difficult-2");
    assertThat(nested.task().tools()).extracting(ToolSpec::name).containsExactly("lend", "paint");
    assertThat(nested.task().tools())
        .extracting(ToolSpec::description)
        .containsExactly(
            "Lends a thing.", "Finds a painting. Results: id (str): Its number; year (int).");
    assertThat(nested.task().question())
        .startsWith("Find the Blue Door and lend it.\n\n")
        .contains("API_call_0");
  }

  @Test
  void aResultIsPassedOnByItsName() {
    BenchmarkTask nested = task(benchmark, "in-difficult-2");
    assertThat(nested.unanswerable()).isEmpty();
    Grades right =
        grade(
            nested,
            """
            [{"name":"paint","arguments":{"title":"Blue Door"}},
             {"name":"lend","arguments":{"thing":"API_call_0","days":7}}]""");
    assertThat(right.strict()).isFalse();
    assertThat(right.equivalent()).isTrue();
    assertThat(right.overlaps())
        .containsEntry("api", new Overlap(2, 2, 2))
        .containsEntry("parameter", new Overlap(2, 3, 2));
    assertThat(right.own()).containsExactly(Map.entry("difficult", 0.0));
  }

  @Test
  void aMissingToolOrAResultOfNoCallMakesATaskUnanswerable() {
    assertThat(task(benchmark, "out-difficult-1").unanswerable().orElseThrow())
        .contains("\"paint\"");
    assertThat(task(benchmark, "out-difficult-2").unanswerable().orElseThrow())
        .contains("API_call_3");
  }

  @Test
  void numbersThatStandAsTextsAreNumbersAndDefaultsMayBeLeftOut() {
    BenchmarkTask lending = task(benchmark, "in-easy-1");
    Grades grades =
        grade(lending, "[{\"name\":\"lend\",\"arguments\":{\"thing\":\"easel\",\"days\":7}}]");
    assertThat(grades.strict()).isTrue();
    assertThat(grades.own()).containsExactly(Map.entry("easy", 1.0));
    assertThat(
            grade(lending, "[{\"name\":\"lend\",\"arguments\":{\"thing\":\"easel\"}}]")
                .equivalent())
        .isTrue();
  }
}
