package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.UnreadableRecord;
import toolr0.tool.CallWriter;
import toolr0.tool.Parameter;
import toolr0.tool.ToolMenus;

class BfclReaderTest {
  private static final String FUNCTION =
      """
      {"name": "zoo.feed", "description": "Feeds.", "parameters": {"type": "dict", "properties": {
      "animal": {"type": "string", "description": "Which one", "enum": ["lion", "seal"]},
      "meals": {"type": "array", "items": {"type": "dict", "properties": {"kg": {"type": "float"}, "type": {"type": "tuple"}}}},
      "weight": {"type": "float", "default": 1.5}}, "required": ["animal"]}}"""
          .replace("\n", " ");
  @TempDir private Path folder;

  @BeforeEach
  void writeARecordOfEachCategory() throws IOException {
    Files.createDirectory(folder.resolve("possible_answer"));
    for (BfclCategory category : BfclCategory.values()) {
      String id = category.wireName() + "_0";
      write(category, question(id, "Feed the lion", FUNCTION));
      if (category.rule() == BfclCategory.Rule.AST) {
        writeAnswers(
            category,
            switch (category.language()) {
              case PYTHON ->
                  answer(id, "{\"zoo.feed\": {\"animal\": [\"lion\"], \"weight\": [\"\", 2]}}");
              default -> answer(id, "{\"f\": {}}");
            });
      }
    }
    write(
        BfclCategory.SIMPLE_JAVA,
        question(
            "simple_java_0",
            "Add",
            "{\"name\": \"f\", \"description\": \"Adds.\", \"parameters\": {\"properties\": {\"xs\": {\"type\": \"ArrayList\", \"description\": \"Items.\", \"items\": {\"type\": \"long\"}}, \"o\": {\"type\": \"any\"}}}}"));
    writeAnswers(
        BfclCategory.SIMPLE_JAVA,
        answer("simple_java_0", "{\"f\": {\"xs\": [[1, 2]], \"o\": [\"\", \"this\"]}}"));
    write(
        BfclCategory.SIMPLE_JAVASCRIPT,
        question(
            "simple_javascript_0",
            "Set",
            "{\"name\": \"f\", \"parameters\": {\"properties\": {\"c\": {\"type\": \"dict\", \"properties\": {\"k\": {\"type\": \"String\"}}}}}}"));
    writeAnswers(
        BfclCategory.SIMPLE_JAVASCRIPT,
        answer("simple_javascript_0", "{\"f\": {\"c\": [{\"k\": [\"v\"]}]}}"));
  }

  private static String question(String id, String text, String function) {
    return "{\"id\": \"%s\", \"question\": [[{\"role\": \"user\", \"content\": \"%s\"}]], \"function\": [%s]}"
        .formatted(id, text, function);
  }

  private static String answer(String id, String call) {
    return "{\"id\": \"%s\", \"ground_truth\": [%s]}".formatted(id, call);
  }

  private void write(BfclCategory category, String... lines) throws IOException {
    Files.write(folder.resolve(category.fileName()), List.of(lines));
  }

  private void writeAnswers(BfclCategory category, String... lines) throws IOException {
    Files.write(folder.resolve("possible_answer").resolve(category.fileName()), List.of(lines));
  }

  private BenchmarkTask task(BfclCategory category) {
    return new BfclReader()
        .read(folder).tasks().stream()
            .filter(t -> t.category().equals(category.wireName()))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void everyCategoryIsRead() {
    Benchmark benchmark = new BfclReader().read(folder);
    assertThat(benchmark.name()).isEqualTo("bfcl");
    assertThat(benchmark.unreadable()).isEmpty();
    assertThat(benchmark.tasks()).hasSize(13);
    assertThat(benchmark.tasks()).allSatisfy(t -> assertThat(t.unanswerable()).isEmpty());
    assertThat(benchmark.tasks().stream().filter(BenchmarkTask::noTool))
        .extracting(BenchmarkTask::category)
        .containsExactly("irrelevance", "live_irrelevance");
    assertThat(CallWriter.write(task(BfclCategory.MULTIPLE).task().gold()))
        .isEqualTo("[{\"name\":\"zoo.feed\",\"arguments\":{\"animal\":\"lion\"}}]");
  }

  @Test
  void typesHaveJsonSchemasNamesAtEveryLevel() {
    List<Parameter> parameters =
        task(BfclCategory.SIMPLE_PYTHON).task().tools().getFirst().parameters();
    assertThat(parameters).extracting(Parameter::type).containsExactly("string", "array", "number");
    assertThat(parameters.getFirst().required()).isTrue();
    assertThat(parameters.getFirst().allowed()).containsExactly("lion", "seal");
    assertThat(parameters.get(1).more().toString())
        .isEqualTo(
            "{\"items\":{\"type\":\"object\",\"properties\":{\"kg\":{\"type\":\"number\"},\"type\":{\"type\":\"array\"}}}}");
    assertThat(parameters.get(2).defaultValue().orElseThrow().doubleValue()).isEqualTo(1.5);
  }

  @Test
  void parametersOfJavaAndJavaScriptAreTextsThatHoldLiterals() {
    assertThat(ToolMenus.write(task(BfclCategory.SIMPLE_JAVA).task().tools()))
        .isEqualTo(
            "[{\"name\":\"f\",\"description\":\"Adds. Note that the provided function is in Java 8 SDK syntax.\","
                + "\"parameters\":{\"xs\":{\"type\":\"string\",\"description\":\"Items. This is Java ArrayList type parameter in string"
                + " representation. The list elements are of type long; they are not in string representation.\"},"
                + "\"o\":{\"type\":\"string\",\"description\":\" This parameter can be of any type of Java object in string"
                + " representation.\"}},\"required\":[]}]");
    assertThat(ToolMenus.write(task(BfclCategory.SIMPLE_JAVASCRIPT).task().tools()))
        .contains("The dictionary entries have the following schema")
        .contains("{\\\"k\\\":{\\\"type\\\":\\\"String\\\"}}")
        .doesNotContain("\"properties\"");
    assertThat(CallWriter.write(task(BfclCategory.SIMPLE_JAVA).task().gold()))
        .isEqualTo(
            "[{\"name\":\"f\",\"arguments\":{\"xs\":\"new ArrayList<>(Arrays.asList(1L, 2L))\"}}]");
    assertThat(CallWriter.write(task(BfclCategory.SIMPLE_JAVASCRIPT).task().gold()))
        .isEqualTo("[{\"name\":\"f\",\"arguments\":{\"c\":\"{\\\"k\\\": \\\"v\\\"}\"}}]");
  }

  @Test
  void aConversationBecomesOneQuestion() throws IOException {
    write(
        BfclCategory.LIVE_IRRELEVANCE,
        "{\"id\": \"a\", \"question\": [[{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"Hi\"},"
            + " {\"role\": \"assistant\", \"content\": \"Yes?\"}, {\"role\": \"user\", \"content\": \"Sing\"}]], \"function\": []}");
    BenchmarkTask task = task(BfclCategory.LIVE_IRRELEVANCE);
    assertThat(task.task().question()).isEqualTo("Be brief.\n\nUser: Hi\nAgent: Yes?\nUser: Sing");
    assertThat(task.task().tools()).isEmpty();
    assertThat(task(BfclCategory.MULTIPLE).task().question()).isEqualTo("Feed the lion");
  }

  @Test
  void recordsThatNoAnswerSolvesAreMarked() throws IOException {
    write(
        BfclCategory.SIMPLE_JAVA,
        question(
            "simple_java_0",
            "Run",
            "{\"name\": \"f\", \"parameters\": {\"properties\": {\"xs\": {\"type\": \"Array\", \"items\": {\"type\": \"String\"}}}}}"));
    writeAnswers(
        BfclCategory.SIMPLE_JAVA, answer("simple_java_0", "{\"f\": {\"xs\": [[\"-v\"]]}}"));
    writeAnswers(
        BfclCategory.LIVE_MULTIPLE,
        answer("live_multiple_0", "{\"zoo.feed\": {\"animal\": [\"\"]}}"));
    assertThat(task(BfclCategory.SIMPLE_JAVA).unanswerable().orElseThrow())
        .contains("value_error:list/tuple");
    assertThat(task(BfclCategory.LIVE_MULTIPLE).unanswerable().orElseThrow())
        .contains("simple_function_checker:missing_required");
  }

  @Test
  void recordsThatCannotBeReadAreNamed() throws IOException {
    write(
        BfclCategory.MULTIPLE,
        "not json",
        "[".repeat(10_000),
        "7",
        "{\"id\": \"a\"}",
        question("b", "Q", ""),
        question("c", "Q", "{\"name\": \"f\"}"),
        question("d", "Q", "{\"name\": \"f\", \"parameters\": {\"properties\": {\"x\": 5}}}"),
        question("e", "Q", FUNCTION),
        question("multiple_0", "Q", FUNCTION),
        question("multiple_0", "Q", FUNCTION),
        "{\"id\": \"f\", \"question\": [[{\"role\": \"tool\", \"content\": \"x\"}]], \"function\": []}");
    writeAnswers(
        BfclCategory.MULTIPLE,
        "{",
        answer("multiple_0", "{\"zoo.feed\": {\"animal\": \"lion\"}}"),
        answer("z", "{\"zoo.feed\": {}}"));
    List<UnreadableRecord> unreadable = new BfclReader().read(folder).unreadable();
    assertThat(unreadable)
        .extracting(r -> r.file() + " " + r.record() + ": " + r.reason())
        .satisfiesExactlyInAnyOrder(
            r -> assertThat(r).startsWith("BFCL_v4_multiple.json line 1: not JSON"),
            r -> assertThat(r).startsWith("BFCL_v4_multiple.json line 2: not JSON"),
            r -> assertThat(r).isEqualTo("BFCL_v4_multiple.json line 3: it has no id"),
            r -> assertThat(r).contains(" a: it has no list \"question\""),
            r -> assertThat(r).contains(" b: it offers no function"),
            r -> assertThat(r).contains(" c: the function f has no \"properties\""),
            r -> assertThat(r).contains(" d: the parameter x of the function f has no type"),
            r -> assertThat(r).contains(" e: it has no answer in possible_answer"),
            r -> assertThat(r).contains(" multiple_0: its answer gives no list of allowed values"),
            r -> assertThat(r).contains(" multiple_0: its id occurs before"),
            r -> assertThat(r).contains(" f: one of its messages has the role \"tool\""),
            r -> assertThat(r).startsWith("possible_answer/BFCL_v4_multiple.json line 1: not JSON"),
            r ->
                assertThat(r)
                    .isEqualTo("possible_answer/BFCL_v4_multiple.json z: no question has this id"));
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Path missing = folder.resolve("possible_answer").resolve("BFCL_v4_live_simple.json");
    Files.delete(missing);
    assertThatThrownBy(() -> new BfclReader().read(folder))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining(missing.toString());
    assertThatThrownBy(() -> new BfclReader().read(folder.resolve("nowhere")))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void aFolderWithoutAReadableRecordIsRefused() throws IOException {
    for (BfclCategory category : BfclCategory.values()) {
      write(category, "{}");
    }
    assertThatThrownBy(() -> new BfclReader().read(folder))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("no record can be read");
  }
}
