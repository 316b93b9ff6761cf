package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.Mutations;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolMenus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** What is wrong in the files of a set is told, and never becomes another exception. */
class BrokenSetsTest {
  private static final int MUTATIONS = 1_500;
  private static final String MARK = "@@here@@";
  private static final String DEEP = "[".repeat(10_000) + "]".repeat(10_000);
  private static final List<String> REPLACEMENTS =
      List.of("null", "5", "\"\"", "\"x\"", "[]", "{}", "true", "[null]", "{\"\":{}}", DEEP);

  @TempDir private Path folder;

  record Set(BenchmarkReader reader, Map<String, String> files) {
    @Override
    public String toString() {
      return reader.name();
    }
  }

  static List<Set> sets() {
    return List.of(
        new Set(new HammerReader(), SetFixtures.HAMMER),
        new Set(new SealToolsReader(), SetFixtures.SEAL_TOOLS),
        new Set(new NexusRavenReader(), SetFixtures.NEXUS_RAVEN),
        new Set(new ToolAlpacaReader(), SetFixtures.TOOL_ALPACA));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void aMissingOrMalformedFileIsNamed(Set set) throws IOException {
    for (String name : set.files.keySet()) {
      SetFixtures.write(folder, set.files);
      Files.delete(folder.resolve(name));
      assertThatThrownBy(() -> set.reader.read(folder))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("no such file");
      if (name.endsWith(".json")) {
        for (String text : List.of("", "{", "{}", DEEP)) {
          SetFixtures.write(folder.resolve(name), text);
          assertThatThrownBy(() -> set.reader.read(folder))
              .isInstanceOf(BenchmarkException.class)
              .hasMessageContaining(name);
        }
      }
    }
    for (String name : set.files.keySet()) {
      SetFixtures.write(folder, set.files);
      Files.write(folder.resolve(name), new byte[] {(byte) 0xff, (byte) 0xfe, '['});
      assertThatThrownBy(() -> set.reader.read(folder))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("UTF-8");
    }
    assertThatThrownBy(() -> set.reader.read(folder.resolve("nowhere")))
        .isInstanceOf(BenchmarkException.class);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void anyValueInPlaceOfAnyOtherIsReportedOrRead(Set set) {
    SetFixtures.write(folder, set.files);
    set.files.forEach(
        (name, text) -> {
          boolean lines = name.endsWith(".jsonl");
          List<String> units = lines ? text.lines().toList() : List.of(text);
          for (int i = 0; i < units.size(); i++) {
            for (String marked : marked(Json.parse(units.get(i)))) {
              for (String replacement : REPLACEMENTS) {
                List<String> changed = new ArrayList<>(units);
                changed.set(i, marked.replace("\"" + MARK + "\"", replacement));
                SetFixtures.write(folder.resolve(name), String.join("\n", changed));
                readAndGrade(set.reader);
              }
            }
          }
          SetFixtures.write(folder.resolve(name), text);
        });
  }

  @ParameterizedTest
  @MethodSource("sets")
  void randomChangesAreReportedOrRead(Set set) {
    SetFixtures.write(folder, set.files);
    set.files.forEach(
        (name, text) -> {
          Mutations.run(
              List.of(text),
              7,
              MUTATIONS / set.files.size(),
              changed -> {
                SetFixtures.write(folder.resolve(name), changed);
                readAndGrade(set.reader);
              });
          SetFixtures.write(folder.resolve(name), text);
        });
  }

  @Test
  void aLineThatIsNotJsonIsOneUnreadableRecord() {
    Map<String, String> files = new HashMap<>(SetFixtures.NEXUS_RAVEN);
    files.merge("derived_standardized_queries.jsonl", DEEP + "\n{\n", (a, b) -> a + b);
    Benchmark benchmark = SetFixtures.read(new NexusRavenReader(), folder, files);
    assertThat(benchmark.tasks()).hasSize(3);
    assertThat(benchmark.unreadable()).hasSize(3);
    assertThat(benchmark.unreadable()).extracting(r -> r.record()).contains("line 5", "line 6");
  }

  @Test
  void anIdThatIsTakenIsReported() {
    Map<String, String> files = new HashMap<>(SetFixtures.NEXUS_RAVEN);
    files.merge(
        "derived_standardized_queries.jsonl",
        "",
        (a, b) -> a + a.lines().findFirst().orElseThrow());
    Benchmark benchmark = SetFixtures.read(new NexusRavenReader(), folder, files);
    assertThat(benchmark.unreadable())
        .anySatisfy(r -> assertThat(r.reason()).contains("earlier record", "lamps_0"));
  }

  @Test
  void aSetOfWhichNothingCanBeReadSaysWhy() {
    Map<String, String> files = new HashMap<>(SetFixtures.HAMMER);
    files.replaceAll((name, text) -> "[{}]");
    assertThatThrownBy(() -> SetFixtures.read(new HammerReader(), folder, files))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("none of the records can be asked")
        .hasMessageContaining("it has no \"query\"");
  }

  @Test
  void longTextsAreReadInTimeProportionalToTheirLength() {
    List<String> texts =
        List.of(
            "list(".repeat(20_000),
            "list(".repeat(10_000) + ")".repeat(10_000),
            "${".repeat(50_000),
            "{\"a\": " + "${".repeat(50_000) + "}",
            "\"${}".repeat(25_000),
            "One of: [".repeat(11_000),
            "Parameters: {".repeat(7_000),
            "API_call_".repeat(11_000),
            "[{(".repeat(33_000),
            "x".repeat(100_000));
    for (String text : texts) {
      long shortest = Long.MAX_VALUE;
      for (int i = 0; i < 5; i++) {
        long started = System.nanoTime();
        readLong(text);
        shortest = Math.min(shortest, System.nanoTime() - started);
      }
      assertThat(Duration.ofNanos(shortest))
          .as("%s...", text.substring(0, 12))
          .isLessThan(Duration.ofMillis(50));
    }
  }

  private static void readLong(String text) {
    ObjectNode api = Json.object();
    api.putObject("Function_Description")
        .put("f", text)
        .put("g", "Parameters: {\"a\": \"" + "[.".repeat(40_000) + "\"}");
    api.put("Documentation", text);
    try {
      ToolAlpacaGold.arguments(StringNode.valueOf(text));
      ToolAlpacaGold.isPlaceholder(text);
      StatedTools.parameter("p", StringNode.valueOf(text), false);
      ToolAlpacaTools.of(api);
    } catch (BadRecord e) {
      assertThat(e.reason()).isNotEmpty();
    }
  }

  private void readAndGrade(BenchmarkReader reader) {
    Benchmark benchmark;
    try {
      benchmark = reader.read(folder);
    } catch (BenchmarkException e) {
      assertThat(e.getMessage()).contains(String.valueOf(folder.getFileName()));
      return;
    }
    for (BenchmarkTask task : benchmark.tasks()) {
      String gold = CallWriter.write(task.task().gold());
      for (String answer : List.of(gold, "[]", "?", gold.replace("\"", "\\\""))) {
        task.grader().grade(CallParser.parse(answer));
      }
      ToolMenus.write(task.task().tools());
    }
  }

  /** The text once for each value in it, with a mark in place of the value. */
  private static List<String> marked(JsonNode root) {
    List<String> texts = new ArrayList<>();
    mark(root, root, texts);
    return texts;
  }

  private static void mark(JsonNode root, JsonNode node, List<String> texts) {
    switch (node) {
      case ObjectNode object -> {
        for (String key : List.copyOf(object.propertyNames())) {
          JsonNode old = object.required(key);
          object.put(key, MARK);
          texts.add(Json.compact(root));
          object.set(key, old);
          mark(root, old, texts);
        }
      }
      case ArrayNode list -> {
        for (int i = 0; i < list.size(); i++) {
          JsonNode old = list.get(i);
          list.set(i, StringNode.valueOf(MARK));
          texts.add(Json.compact(root));
          list.set(i, old);
          mark(root, old, texts);
        }
      }
      default -> {}
    }
  }
}
