package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static toolr0.eval.sets.SetFixtures.grade;
import static toolr0.eval.sets.SetFixtures.parameter;
import static toolr0.eval.sets.SetFixtures.task;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.eval.Overlap;
import toolr0.tool.ToolSpec;

class HammerReaderTest {
  @TempDir private Path folder;
  private Benchmark benchmark = new Benchmark("", List.of());

  @BeforeEach
  void read() {
    benchmark = SetFixtures.read(new HammerReader(), folder, SetFixtures.HAMMER);
  }

  @Test
  void aCategoryIsAFileAndAnIdAPlaceInIt() {
    assertThat(benchmark.name()).isEqualTo("hammer");
    assertThat(benchmark.unreadable()).isEmpty();
    assertThat(benchmark.tasks())
        .extracting(BenchmarkTask::id)
        .containsExactly(
            "apibank_l1-1", "apibank_l1-2", "apibank_l2-1", "sealtool-1", "toolalpaca-1");
    assertThat(benchmark.tasks().getFirst().category()).isEqualTo("apibank_l1");
  }

  @Test
  void aDialogueIsOneTextThatAsksForTheNextCall() {
    assertThat(task(benchmark, "apibank_l1-1").task().question())
        .isEqualTo(
            """
            The current year is 2023.

            User: Book the blue room for Ada and Bo.
            Assistant calls: [{"name": "Rooms", "arguments": {}}]
            Result: ['blue']
            Assistant: It is free.

            Make the call that comes next in this conversation.""");
    assertThat(task(benchmark, "sealtool-1").task().question()).isEqualTo("Weigh 85 pears.");
  }

  @Test
  void aListThatStandsAsATextIsEquivalentToTheList() {
    BenchmarkTask booking = task(benchmark, "apibank_l1-1");
    assertThat(parameter(booking, "Book", "guests").type()).isEqualTo("array");
    assertThat(parameter(booking, "Book", "guests").itemType()).contains("string");
    Grades grades =
        grade(
            booking,
            "[{\"name\":\"Book\",\"arguments\":{\"room\":\"blue\",\"guests\":[\"Ada\",\"Bo\"]}}]");
    assertThat(grades.strict()).isFalse();
    assertThat(grades.equivalent()).isTrue();
    assertThat(grades.overlaps()).containsEntry("argument", new Overlap(2, 2, 2));
  }

  @Test
  void sealToolsKeysAreReadAndTextsOfNumbersAreNumbers() {
    BenchmarkTask weighing = task(benchmark, "sealtool-1");
    assertThat(parameter(weighing, "weigh", "count").required()).isTrue();
    assertThat(parameter(weighing, "weigh", "unit").required()).isFalse();
    Grades number = grade(weighing, "[{\"name\":\"weigh\",\"arguments\":{\"count\":85}}]");
    assertThat(number.strict()).isTrue();
    assertThat(number.equivalent()).isTrue();
    Grades withDefault =
        grade(weighing, "[{\"name\":\"weigh\",\"arguments\":{\"count\":85,\"unit\":\"kg\"}}]");
    assertThat(withDefault.strict()).isFalse();
    assertThat(withDefault.equivalent()).isTrue();
    Grades wrong = grade(weighing, "[{\"name\":\"weigh\",\"arguments\":{\"count\":86}}]");
    assertThat(wrong.equivalent()).isFalse();
  }

  @Test
  void theNoteAmongToolAlpacasToolsIsNoTool() {
    assertThat(task(benchmark, "toolalpaca-1").task().tools())
        .extracting(ToolSpec::name)
        .containsExactly("all_get", "one_get");
    assertThat(parameter(task(benchmark, "toolalpaca-1"), "one_get", "name").required()).isTrue();
  }

  @Test
  void aToolOrAnArgumentThatIsNotOfferedMakesATaskUnanswerable() {
    assertThat(task(benchmark, "apibank_l1-1").unanswerable()).isEmpty();
    assertThat(task(benchmark, "apibank_l1-2").unanswerable().orElseThrow()).contains("\"device\"");
    assertThat(task(benchmark, "apibank_l2-1").unanswerable().orElseThrow())
        .contains("\"ToolSearcher\"");
  }

  @Test
  void namesAndArgumentsAreCountedOverTheCorpus() {
    BenchmarkTask fruits = task(benchmark, "toolalpaca-1");
    Grades partly =
        grade(
            fruits,
            """
            [{"name":"one_get","arguments":{"name":"fig","page":"","other":"1"}},
             {"name":"peel","arguments":{"name":"fig"}}]""");
    assertThat(partly.overlaps())
        .containsEntry("function", new Overlap(1, 2, 2))
        .containsEntry("argument", new Overlap(1, 3, 1));
    assertThat(grade(fruits, "none").overlaps())
        .containsEntry("function", new Overlap(0, 1, 2))
        .containsEntry("argument", new Overlap(0, 0, 1));
    assertThat(grade(fruits, "[]").overlaps()).containsEntry("function", new Overlap(0, 0, 2));
  }
}
