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
import toolr0.eval.UnreadableRecord;
import tools.jackson.databind.node.NullNode;

class NexusRavenReaderTest {
  @TempDir private Path folder;
  private Benchmark benchmark = new Benchmark("", List.of());

  @BeforeEach
  void read() {
    benchmark = SetFixtures.read(new NexusRavenReader(), folder, SetFixtures.NEXUS_RAVEN);
  }

  private double own(String id, String arguments) {
    return grade(
            task(benchmark, id),
            "[{\"name\":\""
                + (id.equals("lamps_0") ? "shine" : "dim")
                + "\",\"arguments\":"
                + arguments
                + "}]")
        .own()
        .getOrDefault("nexusraven", -1.0);
  }

  @Test
  void aFunctionThatIsNotListedMakesARecordUnreadable() {
    assertThat(benchmark.tasks())
        .extracting(BenchmarkTask::id)
        .containsExactly("lamps_0", "lamps_1", "lamps_2");
    assertThat(benchmark.unreadable())
        .containsExactly(
            new UnreadableRecord(
                "derived_standardized_queries.jsonl",
                "lamps_3",
                "it offers \"burn\", which derived_api_list.json does not hold"));
  }

  @Test
  void typesAndDefaultsAreTheFunctions() {
    BenchmarkTask shining = task(benchmark, "lamps_0");
    assertThat(shining.task().tools().getFirst().description())
        .isEqualTo("Turns a lamp on.\n  - at once");
    assertThat(parameter(shining, "shine", "lamp").required()).isTrue();
    assertThat(parameter(shining, "shine", "lamp").defaultValue()).isEmpty();
    assertThat(parameter(shining, "shine", "level").type()).isEqualTo("integer");
    assertThat(parameter(shining, "shine", "level").defaultValue())
        .contains(NullNode.getInstance());
    assertThat(parameter(shining, "shine", "slow").defaultValue().orElseThrow().booleanValue())
        .isFalse();
    assertThat(parameter(shining, "shine", "tags").defaultValue().orElseThrow().isArray()).isTrue();
  }

  @Test
  void anArgumentLeftOutHasItsDefault() {
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":3}")).isEqualTo(1);
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":3,\"slow\":false,\"tags\":[]}"))
        .isEqualTo(1);
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":3,\"slow\":true}")).isZero();
    assertThat(
            grade(
                    task(benchmark, "lamps_0"),
                    "[{\"name\":\"shine\",\"arguments\":{\"lamp\":\"hall\",\"level\":3,\"slow\":false}}]")
                .equivalent())
        .isTrue();
  }

  @Test
  void valuesAreComparedByPythonsEquality() {
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":3,\"slow\":0}")).isEqualTo(1);
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":3.0}")).isEqualTo(1);
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":3.7}")).isEqualTo(1);
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":\"3\"}")).isZero();
    assertThat(own("lamps_0", "{\"lamp\":\"Hall\",\"level\":3}")).isZero();
    assertThat(own("lamps_0", "{\"lamp\":\"hall \",\"level\":3}")).isZero();
  }

  @Test
  void aCallThatTheFunctionDoesNotTakeIsWrong() {
    assertThat(own("lamps_0", "{\"level\":3}")).isZero();
    assertThat(own("lamps_0", "{\"lamp\":\"hall\",\"level\":3,\"watt\":null}")).isZero();
    assertThat(own("lamps_1", "{\"lamp\":\"hall\",\"colour\":null}")).isEqualTo(1);
    assertThat(own("lamps_1", "{\"lamp\":\"hall\"}")).isZero();
    assertThat(grade(task(benchmark, "lamps_0"), "[]").own()).containsEntry("nexusraven", 0.0);
  }

  @Test
  void aGoldThatItsFunctionDoesNotTakeIsUnanswerable() {
    assertThat(task(benchmark, "lamps_1").unanswerable()).isEmpty();
    assertThat(task(benchmark, "lamps_2").unanswerable().orElseThrow()).contains("requires");
  }
}
