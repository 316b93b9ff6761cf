package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;

/** Files that are missing or are not what they should be are named; nothing else escapes. */
class MalformedSetsTest {
  private static final Duration SOON = Duration.ofMillis(50);
  private static final int ATTEMPTS = 20;

  @TempDir private Path folder;

  /**
   * One set.
   *
   * @param needed the files without which nothing can be read
   */
  record PublishedSet(BenchmarkReader reader, Consumer<Path> fixture, String... needed) {
    @Override
    public String toString() {
      return reader.name();
    }
  }

  static Stream<PublishedSet> sets() {
    return Stream.of(
        new PublishedSet(new ApiBankReader(), SetFixture::apiBank, "derived_api_descriptions.json"),
        new PublishedSet(new SnipsReader(), SetFixture::snips, "derived_slot_inventory.json"),
        new PublishedSet(
            new NestfulReader(),
            SetFixture::nestful,
            "data_v1/executable/executable-spec.json",
            "data_v1/executable/executable-data.json",
            "data_v1/non-executable/non-executable-sgd-data.json"),
        new PublishedSet(new ToolTalkReader(), SetFixture::toolTalk, "derived_tools.json"));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aMissingFolderIsNamed(PublishedSet set) {
    assertThatThrownBy(() -> set.reader.read(folder.resolve("nowhere")))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("nowhere")
        .hasMessageContaining("--data");
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aMissingFileIsNamed(PublishedSet set) {
    for (String file : set.needed) {
      set.fixture.accept(folder);
      SetFixture.delete(folder, file);
      assertThatThrownBy(() -> set.reader.read(folder))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining(file);
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aFileThatIsSomethingElseIsNamed(PublishedSet set) {
    for (String file : set.needed) {
      for (String text :
          new String[] {
            "", "{", "7", "[7]", "\"x\"", "{\"a\":7}", "[{\"name\":\"x\"}]", SetFixture.DEEP
          }) {
        set.fixture.accept(folder);
        SetFixture.write(folder, file, text);
        try {
          Benchmark benchmark = set.reader.read(folder);
          assertThat(benchmark.tasks()).isNotEmpty();
        } catch (BenchmarkException e) {
          assertThat(e).hasMessageContaining(file.substring(file.lastIndexOf('/') + 1));
        }
      }
    }
  }

  @Test
  void schemasWithCyclesAndUnknownTypesAreKeptAsTheyStand() {
    SetFixture.toolTalk(folder);
    SetFixture.write(
        folder,
        "derived_tools.json",
        """
        [{"name":"SendNote","parameters":{
           "to":{"$ref":"#/0/parameters/to","type":"array","items":{"$ref":"#/0/parameters/to"}},
           "text":{"type":"rope"},"more":{"type":{"a":1}},"none":{"type":null}},"is_action":"perhaps"}]
        """);
    BenchmarkTask task = SetFixture.task(new ToolTalkReader().read(folder), "easy/Send/2");
    assertThat(task.task().tools().getFirst().parameters())
        .extracting(p -> p.type())
        .containsExactly("array", "rope", "{\"a\":1}", "null");
    assertThat(
            SetFixture.grade(
                    task,
                    "[{\"name\":\"SendNote\",\"arguments\":{\"to\":[\"Bo\"],\"text\":\"I am late\"}}]")
                .equivalent())
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void longAndDeepAnswersAreGradedSoon(PublishedSet set) {
    set.fixture.accept(folder);
    Benchmark benchmark = set.reader.read(folder);
    String name = benchmark.tasks().getFirst().task().gold().getFirst().name();
    String key =
        benchmark.tasks().getFirst().task().tools().stream()
            .flatMap(t -> t.parameters().stream())
            .map(p -> p.name())
            .findFirst()
            .orElse("x");
    for (String value :
        new String[] {
          "\"" + "$var1.".repeat(17_000) + "\"",
          "\"" + " a".repeat(50_000) + "\"",
          "\"" + "9".repeat(100_000) + "\"",
          "\"" + "[".repeat(100_000) + "\"",
          "\"" + "-1-1".repeat(25_000) + "\"",
          "[" + "{},".repeat(33_000) + "{}]",
          SetFixture.DEEP
        }) {
      ParsedCalls answer =
          CallParser.parse(
              "[{\"name\":\"%s\",\"arguments\":{\"%s\":%s}}]".formatted(name, key, value));
      for (BenchmarkTask task : benchmark.tasks()) {
        assertThat(task.grader().grade(answer).strict()).isFalse();
        assertThat(fastest(task, answer)).as("%s %.20s", task.id(), value).isLessThan(SOON);
      }
    }
  }

  /** The shortest of a few times, so that other work on the machine does not count. */
  private static Duration fastest(BenchmarkTask task, ParsedCalls answer) {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS && fastest > SOON.toNanos(); i++) {
      long start = System.nanoTime();
      task.grader().grade(answer);
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return Duration.ofNanos(fastest);
  }
}
