package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static toolr0.eval.sets.SetFixtures.grade;
import static toolr0.eval.sets.SetFixtures.task;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grades;
import toolr0.eval.Overlap;
import toolr0.tool.CallWriter;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;

class NestfulReaderTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() {
    SetFixtures.write(folder, SetFixtures.NESTFUL);
  }

  private Benchmark read() {
    return new NestfulReader().read(folder);
  }

  private String gold(String id) {
    return CallWriter.write(task(read(), id).task().gold());
  }

  private Grades twice(String answer) {
    return grade(task(read(), "s1"), answer);
  }

  @Test
  void labelsOfEveryStyleBecomePositions() {
    assertThat(gold("executable/1"))
        .isEqualTo(
            """
            [{"name":"find_rate","arguments":{"from":"EUR"}},\
            {"name":"compute","arguments":{"what":"10 * $var1.Exchange Rate$","digits":2}}]""");
    assertThat(gold("s1"))
        .isEqualTo(
            """
            [{"name":"add","arguments":{"a":1,"d":["$var_0.x$"]}},\
            {"name":"add","arguments":{"a":"$var1.result$","d":["$var1.result$"]}}]""");
  }

  @Test
  void ofALabelThatTwoCallsHaveTheLastOneBeforeTheReferenceCounts() {
    assertThat(gold("sgd/2"))
        .contains("\"from\":\"$var1.place.name$\"")
        .contains("\"what\":\"$var2.place.name$\"");
  }

  @Test
  void aPriceIsNoReference() {
    assertThat(gold("glaive/1")).contains("$100-$500");
    assertThat(grade(task(read(), "glaive/1"), gold("glaive/1")).own())
        .containsEntry("full_match", 1.0);
  }

  @Test
  void theQuestionSaysHowResultsAreNamed() {
    assertThat(task(read(), "executable/1").task().question())
        .startsWith("Ten in local money?\n\nThe calls are carried out in the order of the list.")
        .contains("\"$varN.OUTPUT$\"")
        .doesNotContain("\\");
  }

  @Test
  void toolsListTheirOutputsAndTypesAreNamedAsInJsonSchema() {
    ToolSpec rate = task(read(), "executable/1").task().tools().getFirst();
    assertThat(rate.description())
        .isEqualTo("A rate. Outputs: Exchange Rate (number), place.name (string).");
    Parameter kind = rate.parameter("kind").orElseThrow();
    assertThat(kind.type()).isEqualTo("string");
    assertThat(kind.allowed()).containsExactly("spot", "fixed");
    assertThat(kind.required()).isFalse();
    assertThat(kind.defaultValue()).map(d -> d.stringValue()).contains("spot");
    ToolSpec add = task(read(), "s1").task().tools().getFirst();
    assertThat(add.parameters())
        .extracting(Parameter::type)
        .containsExactly("number", "any", "integer or string", "array");
    assertThat(add.parameters())
        .extracting(Parameter::required)
        .containsExactly(true, false, true, true);
    assertThat(add.parameter("d").flatMap(Parameter::itemType)).contains("number");
  }

  @Test
  void ofTwoDefinitionsTheOneThatTakesGoldIsOffered() {
    assertThat(task(read(), "executable/1").task().tools())
        .extracting(ToolSpec::name)
        .containsExactly("find_rate", "compute");
    assertThat(task(read(), "executable/1").unanswerable()).isEmpty();
    assertThat(task(read(), "glaive/1").task().tools().getLast().description())
        .startsWith("Sums up. Outputs");
  }

  @Test
  void goldThatCannotBeSaidIsUnanswerable() {
    assertThat(task(read(), "executable/2").unanswerable().orElseThrow())
        .contains("without the dollar sign");
    assertThat(task(read(), "executable/3").unanswerable().orElseThrow())
        .contains("an output that the call does not list");
    assertThat(task(read(), "executable/4").unanswerable().orElseThrow())
        .contains("\"guess\", which is not offered");
  }

  @Test
  void toolsAndCallsMayStandAsText() {
    assertThat(gold("s2")).isEqualTo("[{\"name\":\"add\",\"arguments\":{}}]");
  }

  @Test
  void aRecordWithoutACallIsCountedAndNamed() {
    SetFixtures.write(
        folder.resolve("data_v2/more.jsonl"),
        "{\"sample_id\":\"x\",\"input\":\"a\",\"tools\":\"[\",\"output\":[]}\n7\n{\n"
            + SetFixtures.DEEP);
    assertThat(read().unreadable())
        .extracting(r -> r.file() + ", " + r.record() + ": " + r.reason())
        .satisfiesExactlyInAnyOrder(
            r ->
                assertThat(r)
                    .isEqualTo(
                        "data_v1/executable/executable-data.json, record 5: it has no gold call"),
            r -> assertThat(r).startsWith("data_v2/more.jsonl, x: \"tools\" is not JSON"),
            r ->
                assertThat(r)
                    .isEqualTo("data_v2/more.jsonl, line 2: the record is a number, not an object"),
            r -> assertThat(r).startsWith("data_v2/more.jsonl, line 3: not JSON"),
            r -> assertThat(r).startsWith("data_v2/more.jsonl, line 4: not JSON"));
  }

  @Test
  void positionsCountInEqualLengths() {
    Grades swapped =
        twice(
            """
            [{"name":"add","arguments":{"a":"$var1.result$","d":["$var1.result$"]}},
             {"name":"add","arguments":{"a":1,"d":["$var_0.x$"]}}]""");
    assertThat(swapped.strict()).isTrue();
    assertThat(swapped.own()).containsEntry("partial_match", 0.0).containsEntry("full_match", 0.0);
    assertThat(swapped.overlaps())
        .containsEntry("names", new Overlap(1, 1, 1))
        .containsEntry("parameters", new Overlap(4, 4, 4));
  }

  @Test
  void argumentsAreSortedAndAMissingDollarSignIsAdded() {
    Grades grades =
        twice(
            """
            [{"name":"add","arguments":{"d":["$var_0.x$"],"a":1}},
             {"name":"add","arguments":{"d":["$var1.result$"],"a":"$var1.result"}}]""");
    assertThat(grades.own()).containsEntry("full_match", 1.0);
    assertThat(grades.strict()).isFalse();
  }

  @Test
  void otherLabelsAreOtherTexts() {
    Grades grades =
        twice(
            """
            [{"name":"add","arguments":{"a":1,"d":["$var_0.x$"]},"label":"$var9"},
             {"name":"add","arguments":{"a":"$var9.result$","d":["$var1.result$"]}}]""");
    assertThat(grades.own()).containsEntry("partial_match", 0.5).containsEntry("full_match", 0.0);
  }

  @Test
  void shorterAndLongerAnswersAreAlignedByName() {
    String first = "{\"name\":\"find_rate\",\"arguments\":{\"from\":\"EUR\"}}";
    String second =
        "{\"name\":\"compute\",\"arguments\":{\"what\":\"10 * $var1.Exchange Rate$\",\"digits\":2}}";
    BenchmarkTask task = task(read(), "executable/1");
    assertThat(grade(task, "[" + second + "]").own()).containsEntry("partial_match", 0.5);
    assertThat(grade(task, "[" + first + "," + second + "," + second + "]").own())
        .containsEntry("partial_match", 2.0 / 3);
    assertThat(grade(task, "[" + second + "," + first + "," + first + "]").own())
        .containsEntry("partial_match", 1.0 / 4);
    assertThat(grade(task, "[]").own()).containsEntry("partial_match", 0.0);
    assertThat(grade(task, "none").own()).containsEntry("partial_match", 0.0);
  }

  @Test
  void valuesAreComparedAsPythonPrintsThem() {
    BenchmarkTask task = task(read(), "executable/1");
    String answer = gold("executable/1");
    assertThat(grade(task, answer.replace("\"digits\":2", "\"digits\":\"2\"")).own())
        .containsEntry("full_match", 1.0);
    assertThat(grade(task, answer.replace("\"digits\":2", "\"digits\":2.0")).own())
        .containsEntry("full_match", 0.0);
  }
}
