package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static toolr0.eval.sets.SetFixtures.grade;
import static toolr0.eval.sets.SetFixtures.parameter;
import static toolr0.eval.sets.SetFixtures.task;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;

class ToolAlpacaReaderTest {
  @TempDir private Path folder;
  private Benchmark benchmark = new Benchmark("", List.of());

  @BeforeEach
  void read() {
    benchmark = SetFixtures.read(new ToolAlpacaReader(), folder, SetFixtures.TOOL_ALPACA);
  }

  @Test
  void anInstructionAndItsGoldenAnswerAreATask() {
    assertThat(benchmark.unreadable()).isEmpty();
    assertThat(benchmark.tasks())
        .extracting(BenchmarkTask::id)
        .containsExactly(
            "eval_simulated-1-1",
            "eval_simulated-1-2",
            "eval_simulated-1-3",
            "eval_simulated-1-4",
            "eval_simulated-1-5",
            "eval_real-1-1");
    assertThat(benchmark.tasks().getLast().category()).isEqualTo("eval_real");
  }

  @Test
  void parametersAreThoseOfTheDocumentation() {
    BenchmarkTask owls = task(benchmark, "eval_simulated-1-1");
    assertThat(owls.task().tools())
        .extracting(ToolSpec::name, ToolSpec::description)
        .containsExactly(tuple("find", "Finds animals."), tuple("feed", "Feeds an animal."));
    Parameter kind = parameter(owls, "find", "kind");
    assertThat(kind.required()).isTrue();
    assertThat(kind.allowed()).containsExactly("cat", "owl");
    assertThat(kind.description()).isEqualTo("Which kind");
    assertThat(parameter(owls, "feed", "animalId").required()).isTrue();
    assertThat(parameter(owls, "feed", "foods").itemType()).contains("string");
    assertThat(
            grade(owls, "[{\"name\":\"find\",\"arguments\":{\"kind\":\"owl\",\"page\":1}}]")
                .equivalent())
        .isTrue();
  }

  @Test
  void withoutDocumentationParametersAreThoseOfTheDescription() {
    BenchmarkTask sky = task(benchmark, "eval_real-1-1");
    assertThat(sky.task().tools())
        .extracting(ToolSpec::name, ToolSpec::description)
        .containsExactly(tuple("sky_get", "The sky over a place."));
    Parameter place = parameter(sky, "sky_get", "place");
    assertThat(place.required()).isTrue();
    assertThat(place.type()).isEqualTo("string");
    assertThat(place.description()).isEqualTo("Where.");
    assertThat(parameter(sky, "sky_get", "unit").allowed()).containsExactly("m", "f");
    Parameter layers = parameter(sky, "sky_get", "layers");
    assertThat(layers.required()).isFalse();
    assertThat(layers.type()).isEqualTo("array");
    assertThat(layers.description()).isEqualTo("Which layers.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Parameters: {\\"key\\": | Parameters: {\\"key\\" | the Parameters: of the Function_Description of "sky_get" are no JSON object: {"key"
          Parameters: {\\"key\\": | Parameters: [], {\\"key\\": | the Parameters: of the Function_Description of "sky_get" are no JSON object: [], {"key": "Required.
          \\"Required. string. Your key.\\" | 7 | the Parameters: of the Function_Description of "sky_get" give "key" no text
          """)
  void parametersThatCannotBeReadMakeAnUnreadableRecord(String right, String wrong, String reason) {
    Map<String, String> files = new HashMap<>(SetFixtures.TOOL_ALPACA);
    files.replaceAll((name, text) -> text.replace(right, wrong));
    assertThat(files).isNotEqualTo(SetFixtures.TOOL_ALPACA);
    Benchmark read = SetFixtures.read(new ToolAlpacaReader(), folder, files);
    assertThat(read.tasks()).hasSize(5).noneMatch(task -> task.category().equals("eval_real"));
    assertThat(read.unreadable())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.file()).isEqualTo("eval_real.json");
              assertThat(record.record()).endsWith(", instruction 1");
              assertThat(record.reason()).startsWith(reason);
            });
  }

  @Test
  void everyInstructionOfAnApiWithoutToolsIsARecordOfItsOwn() {
    Map<String, String> files = new HashMap<>(SetFixtures.TOOL_ALPACA);
    files.replaceAll((name, text) -> text.replace("Parameters: {}", "Parameters: {"));
    files.replaceAll((name, text) -> text.replace("\"Documentation\"", "\"Docs\""));
    Benchmark read = SetFixtures.read(new ToolAlpacaReader(), folder, files);
    assertThat(read.tasks()).hasSize(1);
    assertThat(read.unreadable())
        .hasSize(5)
        .allSatisfy(
            record -> assertThat(record.reason()).contains("the Function_Description of \"find\""));
  }

  @Test
  void anAccessKeyIsToldWithTheInstruction() {
    assertThat(task(benchmark, "eval_real-1-1").task().question())
        .isEqualTo("How is the sky over Oslo?\nAuthentication information: key=abc tenant=t1");
    assertThat(task(benchmark, "eval_simulated-1-1").task().question()).isEqualTo("Show owls.");
  }

  @Test
  void aPlaceholderMakesATaskUnanswerable() {
    BenchmarkTask first = task(benchmark, "eval_simulated-1-2");
    assertThat(first.unanswerable().orElseThrow()).contains("${id from find}");
    assertThat(first.task().gold().getLast().arguments().path("foods").path(0).stringValue())
        .isEqualTo("${food}");
    assertThat(task(benchmark, "eval_simulated-1-4").unanswerable().orElseThrow())
        .contains("\"getDetails\"");
  }

  @Test
  void aPlaceholderMayLackItsDollarSign() {
    assertThat(ToolAlpacaGold.isPlaceholder("from ${start date} on")).isTrue();
    assertThat(ToolAlpacaGold.isPlaceholder("{start date}")).isTrue();
    assertThat(ToolAlpacaGold.isPlaceholder("{\"a\":1}")).isFalse();
    assertThat(ToolAlpacaGold.isPlaceholder("5 $")).isFalse();
  }

  @Test
  void anOptionalCallMayBeMadeOrLeftOut() {
    BenchmarkTask feeding = task(benchmark, "eval_simulated-1-3");
    String once = "{\"name\":\"feed\",\"arguments\":{\"animalId\":4}}";
    String seeds = "{\"name\":\"feed\",\"arguments\":{\"animalId\":4,\"foods\":[\"seeds\"]}}";
    assertThat(feeding.unanswerable()).isEmpty();
    assertThat(feeding.task().gold()).hasSize(1);
    assertThat(grade(feeding, "[" + once + "]").strict()).isTrue();
    assertThat(grade(feeding, "[" + once + "," + seeds + "]").strict()).isTrue();
    assertThat(grade(feeding, "[" + seeds + "]").strict()).isFalse();
  }

  @Test
  void argumentsThatAreBrokenMakeATaskThatNoAnswerSolves() {
    BenchmarkTask broken = task(benchmark, "eval_simulated-1-5");
    assertThat(broken.unanswerable().orElseThrow()).contains("\"feed\"");
    assertThat(grade(broken, "[{\"name\":\"feed\",\"arguments\":{}}]").strict()).isFalse();
    assertThat(grade(broken, "[{\"name\":\"feed\",\"arguments\":{}}]").equivalent()).isFalse();
  }

  @Test
  void argumentsOfAnOptionalCallThatAreBrokenDoSoToo() {
    Map<String, String> files = new HashMap<>(SetFixtures.TOOL_ALPACA);
    files.replaceAll(
        (name, text) ->
            text.replace(
                "\"[Optional]feed\",\"Action_Input\":\"{",
                "\"[Optional]feed\",\"Action_Input\":\""));
    BenchmarkTask broken =
        task(SetFixtures.read(new ToolAlpacaReader(), folder, files), "eval_simulated-1-3");
    assertThat(broken.unanswerable().orElseThrow()).contains("\"feed\" are no object");
  }
}
