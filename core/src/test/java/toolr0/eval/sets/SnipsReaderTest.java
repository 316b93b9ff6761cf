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
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;

class SnipsReaderTest {
  @TempDir private Path folder;

  @BeforeEach
  void write() {
    SetFixtures.write(folder, SetFixtures.SNIPS);
  }

  private Benchmark read() {
    return new SnipsReader().read(folder);
  }

  private Grades rate(String title, String value) {
    return grade(
        task(read(), "RateBook/1"),
        "[{\"name\":\"RateBook\",\"arguments\":{\"object_name\":\"%s\",\"rating_value\":%s}}]"
            .formatted(title, value));
  }

  @Test
  void anIntentIsAToolWithOptionalTexts() {
    ToolSpec tool = task(read(), "PlayMusic/1").task().tools().getFirst();
    assertThat(tool.name()).isEqualTo("RateBook");
    assertThat(tool.description())
        .isEqualTo(
            "Rates a book or another written work. Every argument is a part of the request, copied word for word.");
    assertThat(tool.parameters()).allMatch(p -> p.type().equals("string") && !p.required());
    assertThat(tool.parameter("object_part_of_series_type"))
        .map(Parameter::description)
        .contains("object part of series type, for example: saga");
    assertThat(task(read(), "PlayMusic/1").task().tools().getLast().parameter("timeRange"))
        .map(Parameter::description)
        .contains("time range, for example: now");
  }

  @Test
  void repeatedUtterancesAreTasksOfTheirOwn() {
    assertThat(read().tasks())
        .extracting(BenchmarkTask::id)
        .containsExactly("PlayMusic/1", "RateBook/1", "RateBook/2", "RateBook/5");
    assertThat(task(read(), "RateBook/1").task().question()).isEqualTo("Give The  Tall Elm  a two");
  }

  @Test
  void whiteSpaceDoesNotCountAndCaseIsAFigureOfItsOwn() {
    Grades exact = rate("The Tall Elm", "\" two\"");
    assertThat(exact.strict()).isTrue();
    assertThat(exact.equivalent()).isTrue();
    assertThat(exact.own()).containsEntry("exact", 1.0).containsEntry("case_insensitive", 1.0);
    Grades lower = rate("the tall elm", "\"two\"");
    assertThat(lower.strict()).isFalse();
    assertThat(lower.own()).containsEntry("exact", 0.0).containsEntry("case_insensitive", 1.0);
  }

  @Test
  void goldIsTheVerbatimSpan() {
    assertThat(rate("The Tall Elm", "2").own()).containsEntry("case_insensitive", 0.0);
    assertThat(rate("The Tall Elm", "2").overlaps()).containsEntry("slots", new Overlap(1, 2, 2));
  }

  @Test
  void slotsOfAWrongIntentOrOfNoAnswerAreMisses() {
    BenchmarkTask task = task(read(), "RateBook/1");
    assertThat(
            grade(task, "[{\"name\":\"PlayMusic\",\"arguments\":{\"rating_value\":\"two\"}}]")
                .overlaps())
        .containsEntry("slots", new Overlap(0, 1, 2));
    Grades unreadable = grade(task, "two stars");
    assertThat(unreadable.overlaps()).containsEntry("slots", new Overlap(0, 0, 2));
    assertThat(unreadable.own()).containsEntry("exact", 0.0);
  }

  @Test
  void recordsThatCannotBeAskedAreCountedAndNamed() {
    assertThat(read().unreadable())
        .extracting(r -> r.file() + ", " + r.record() + ": " + r.reason())
        .containsExactly(
            "validate_RateBook.json, RateBook/3: slot \"rating_value\" occurs twice; a call has one value for it",
            "validate_RateBook.json, RateBook/4: \"data\" is missing, not a list");
  }

  @Test
  void aSlotThatNoToolHasIsUnanswerable() {
    assertThat(task(read(), "RateBook/5").unanswerable())
        .contains(
            "the gold gives \"RateBook\" the argument \"best_rating\", which it does not have");
  }
}
