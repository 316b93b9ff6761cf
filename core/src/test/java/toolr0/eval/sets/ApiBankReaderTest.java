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
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;

class ApiBankReaderTest {
  private static final String MEETING = "level_1/Rooms-1/1";

  @TempDir private Path folder;

  @BeforeEach
  void write() {
    SetFixtures.write(folder, SetFixtures.API_BANK);
  }

  private Benchmark read() {
    return new ApiBankReader().read(folder);
  }

  /** The score of a call of one API, with one of its inputs replaced, by the rule on inputs. */
  private double inputs(String api, String gold, String answer) {
    SetFixtures.write(
        folder.resolve("lv1-lv2-samples/level-1-given-desc/Rooms-1.jsonl"),
        """
        {"role":"API","api_name":"%s","param_dict":%s,"result":{"output":"x"}}
        """
            .formatted(api, gold));
    Grades grades =
        grade(task(read(), MEETING), "[{\"name\":\"%s\",\"arguments\":%s}]".formatted(api, answer));
    return grades.own().getOrDefault("inputs", Double.NaN);
  }

  @Test
  void everyCallIsATaskWithTheDialogueBeforeIt() {
    Benchmark benchmark = read();
    assertThat(benchmark.tasks()).hasSize(6);
    assertThat(benchmark.unreadable()).isEmpty();
    assertThat(task(benchmark, MEETING).task().question())
        .isEqualTo(
            """
            This year is 2023.

            User: Room for Ada and Bo, please.
            Assistant: Which token?
            User: t1

            Give the one call that the assistant should make next, with what is known so far.""");
    assertThat(task(benchmark, "level_1/Rooms-1/3").task().question())
        .contains(
            """
            Call: [{"name":"BookHotel","arguments":{"hotel_name":"Elm","room_count":"2"}}]
            Error: full
            Assistant: It is full.
            """);
  }

  @Test
  void repeatedUtterancesAreTasksOfTheirOwn() {
    assertThat(read().tasks())
        .filteredOn(t -> t.task().question().contains("Room for Ada and Bo"))
        .extracting(BenchmarkTask::id)
        .containsExactly(MEETING, "level_1/Rooms-1/2", "level_1/Rooms-1/3");
  }

  @Test
  void levelOneOffersTheDialoguesApisByNameAndLevelTwoWhatWasFoundSoFar() {
    Benchmark benchmark = read();
    assertThat(task(benchmark, MEETING).task().tools())
        .extracting(ToolSpec::name)
        .containsExactly("AddMeeting", "BookHotel");
    assertThat(task(benchmark, "level_2/Stock-1/1").task().tools())
        .extracting(ToolSpec::name)
        .containsExactly("ToolSearcher");
    assertThat(task(benchmark, "level_2/Stock-1/2").task().tools())
        .extracting(ToolSpec::name)
        .containsExactly("ToolSearcher", "QueryStock");
  }

  @Test
  void typesAreNamedAsInJsonSchema() {
    ToolSpec meeting = task(read(), MEETING).task().tools().getFirst();
    Parameter attendees = meeting.parameter("attendees").orElseThrow();
    assertThat(attendees.type()).isEqualTo("array");
    assertThat(attendees.itemType()).contains("string");
    assertThat(meeting.parameter("token").orElseThrow().type()).isEqualTo("string");
  }

  @Test
  void aParameterThatOnlyOneCallNeedsIsOptional() {
    SetFixtures.write(
        folder.resolve("lv1-lv2-samples/level-1-given-desc/Rooms-1.jsonl"),
        """
        {"role":"API","api_name":"ForgotPassword","param_dict":{"status":"x"},"result":{"output":"x"}}
        """);
    ToolSpec forgot = task(read(), MEETING).task().tools().getFirst();
    assertThat(forgot.parameter("status").orElseThrow().required()).isTrue();
    assertThat(forgot.parameter("email").orElseThrow().required()).isFalse();
  }

  @Test
  void goldThatCannotBeSaidIsUnanswerable() {
    Benchmark benchmark = read();
    assertThat(task(benchmark, "level_1/Rooms-1/3").unanswerable())
        .contains("the gold gives \"BookHotel\" the argument \"rooms\", which it does not have");
    assertThat(task(benchmark, "level_2/Stock-1/3").unanswerable())
        .contains("the gold calls \"BookHotel\", which is not offered");
    assertThat(task(benchmark, MEETING).unanswerable()).isEmpty();
  }

  @Test
  void theRuleOnInputsKnowsAnApiThatIsNotOfferedButNoArgumentThatAnApiLacks() {
    Benchmark benchmark = read();
    BenchmarkTask notOffered = task(benchmark, "level_2/Stock-1/3");
    String call = "[{\"name\":\"BookHotel\",\"arguments\":%s}]";
    Grades right = grade(notOffered, call.formatted("{\"hotel_name\":\"Elm\",\"room_count\":1}"));
    assertThat(right.own()).containsEntry("inputs", 1.0);
    Grades wrong = grade(notOffered, call.formatted("{\"hotel_name\":\"Elm\",\"room_count\":2}"));
    assertThat(wrong.own()).containsEntry("inputs", 0.0);
    BenchmarkTask lacking = task(benchmark, "level_1/Rooms-1/3");
    assertThat(grade(lacking, call.formatted("{\"hotel_name\":\"Oak\",\"rooms\":\"2\"}")).own())
        .containsEntry("inputs", 0.0);
  }

  @Test
  void aListIsTheTextThatSpellsItExceptForTheStrictMatch() {
    String list =
        """
        [{"name":"AddMeeting","arguments":{"token":"t1","meeting_topic":"Plan the new garden","attendees":["Ada","Bo"]}}]""";
    Grades real = grade(task(read(), MEETING), list);
    assertThat(real.strict()).isFalse();
    assertThat(real.equivalent()).isTrue();
    assertThat(real.own()).containsEntry("inputs", 1.0);
    Grades text =
        grade(task(read(), MEETING), list.replace("[\"Ada\",\"Bo\"]", "\"['Ada', 'Bo']\""));
    assertThat(text.strict()).isTrue();
    assertThat(grade(task(read(), MEETING), list.replace("\"Bo\"", "\"Cy\"")).equivalent())
        .isFalse();
  }

  @Test
  void furtherCallsAreNotFree() {
    String call =
        "{\"name\":\"BookHotel\",\"arguments\":{\"hotel_name\":\"Elm\",\"room_count\":2}}";
    BenchmarkTask hotel = task(read(), "level_1/Rooms-1/2");
    assertThat(grade(hotel, "[" + call + "]").own()).containsEntry("inputs", 1.0);
    Grades twice = grade(hotel, "[" + call + "," + call + "]");
    assertThat(twice.strict()).isFalse();
    assertThat(twice.own()).containsEntry("inputs", 0.0);
    assertThat(grade(hotel, "no calls").own()).containsEntry("inputs", 0.0);
  }

  @Test
  void topicsNeedMoreThanHalfOfTheirWords() {
    String gold = "{\"meeting_topic\":\"plan the new garden\"}";
    assertThat(inputs("AddMeeting", gold, "{\"meeting_topic\":\"plan the garden\"}")).isOne();
    assertThat(inputs("AddMeeting", gold, "{\"meeting_topic\":\"plan the\"}")).isZero();
    assertThat(inputs("AddMeeting", gold, "{\"meeting_topic\":\"Plan The New Garden\"}")).isZero();
  }

  @Test
  void codesAreComparedInUpperCaseAndDatesAsDates() {
    String gold = "{\"stock_code\":\"ABC\",\"date\":\"2023-03-05\"}";
    assertThat(inputs("QueryStock", gold, "{\"stock_code\":\" abc\",\"date\":\"2023-3-5\"}"))
        .isOne();
    assertThat(inputs("QueryStock", gold, "{\"stock_code\":\"ABC\",\"date\":\"2023-03-06\"}"))
        .isZero();
    assertThat(inputs("QueryStock", gold, "{\"stock_code\":\"ABC\",\"date\":\"5 March\"}"))
        .isZero();
    assertThat(inputs("QueryStock", gold, "{\"stock_code\":\"ABC\"}")).isZero();
    assertThat(
            inputs("QueryStock", gold, "{\"stock_code\":\"ABC\",\"date\":\"2023-03-05\",\"x\":1}"))
        .isZero();
  }

  @Test
  void aScenesDevicesComeInAnyOrder() {
    String gold =
        """
        {"name":"Evening","devices":"[{'name': 'lamp', 'description': 'hall'}, {'name': 'oven', 'description': 'kitchen'}]"}""";
    assertThat(
            inputs(
                "AddScene",
                gold,
                """
                {"name":" evening","devices":[{"name":"Oven","description":"kitchen "},{"name":"lamp","description":"hall"}]}"""))
        .isOne();
    assertThat(inputs("AddScene", gold, "{\"name\":\"evening\",\"devices\":[]}")).isZero();
    assertThat(inputs("AddScene", gold, "{\"name\":\"evening\",\"devices\":\"all\"}")).isZero();
  }

  @Test
  void aDialogueThatCannotBeReadIsCountedAndNamed() {
    String level = "lv1-lv2-samples/level-1-given-desc/";
    SetFixtures.write(
        folder.resolve(level + "Broken.jsonl"), "{\"role\":\"User\",\"text\":\"a\"}\n{oops\n");
    SetFixtures.write(folder.resolve(level + "Empty.jsonl"), "");
    SetFixtures.write(folder.resolve(level + "Talk.jsonl"), "{\"role\":\"User\",\"text\":\"a\"}\n");
    SetFixtures.write(
        folder.resolve(level + "Role.jsonl"), "{\"role\":\"Robot\",\"text\":\"a\"}\n");
    SetFixtures.write(
        folder.resolve(level + "NoGold.jsonl"), "{\"role\":\"API\",\"api_name\":\"QueryStock\"}\n");
    SetFixtures.write(folder.resolve(level + "Deep.jsonl"), SetFixtures.DEEP + "\n");
    Benchmark benchmark = read();
    assertThat(benchmark.tasks()).hasSize(6);
    assertThat(benchmark.unreadable())
        .extracting(r -> r.file().substring(level.length()) + ", " + r.record() + ": " + r.reason())
        .satisfiesExactly(
            r -> assertThat(r).startsWith("Broken.jsonl, dialogue: line 2: not JSON"),
            r -> assertThat(r).startsWith("Deep.jsonl, dialogue: line 1: not JSON"),
            r -> assertThat(r).startsWith("Empty.jsonl, dialogue: the file is empty"),
            r ->
                assertThat(r)
                    .startsWith(
                        "NoGold.jsonl, dialogue: line 1: \"param_dict\" is missing, not an object"),
            r -> assertThat(r).startsWith("Role.jsonl, dialogue: line 1: the role is \"Robot\""),
            r -> assertThat(r).startsWith("Talk.jsonl, dialogue: no API is called"));
  }
}
