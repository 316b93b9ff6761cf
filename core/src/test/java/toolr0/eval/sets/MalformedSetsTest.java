package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import toolr0.eval.UnreadableRecord;
import toolr0.task.Task;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.Parameter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolMenus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** What is wrong in the files of a set is told, and never becomes another exception. */
class MalformedSetsTest {
  private static final int MUTATIONS = 500;
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration READ_SOON = Duration.ofMillis(200);
  private static final int ATTEMPTS = 20;
  private static final String MARK = "@@here@@";
  private static final List<String> REPLACEMENTS =
      List.of("null", "5", "\"\"", "\"x\"", "[]", "{}", "true", "[null]", "{\"\":{}}");

  @TempDir private Path folder;

  /**
   * A set.
   *
   * @param needed the files without which nothing can be read
   */
  record PublishedSet(
      BenchmarkReader reader, Map<String, String> files, Collection<String> needed) {
    PublishedSet(BenchmarkReader reader, Map<String, String> files) {
      this(reader, files, files.keySet());
    }

    @Override
    public String toString() {
      return reader.name();
    }
  }

  static List<PublishedSet> sets() {
    return List.of(
        new PublishedSet(new HammerReader(), SetFixtures.HAMMER),
        new PublishedSet(new SealToolsReader(), SetFixtures.SEAL_TOOLS),
        new PublishedSet(new NexusRavenReader(), SetFixtures.NEXUS_RAVEN),
        new PublishedSet(new ToolAlpacaReader(), SetFixtures.TOOL_ALPACA),
        new PublishedSet(
            new ApiBankReader(), SetFixtures.API_BANK, List.of("derived_api_descriptions.json")),
        new PublishedSet(
            new SnipsReader(), SetFixtures.SNIPS, List.of("derived_slot_inventory.json")),
        new PublishedSet(
            new NestfulReader(),
            SetFixtures.NESTFUL,
            SetFixtures.NESTFUL.keySet().stream().filter(f -> f.startsWith("data_v1")).toList()),
        new PublishedSet(
            new ToolTalkReader(), SetFixtures.TOOL_TALK, List.of("derived_tools.json")));
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
  void aMissingOrMalformedFileIsNamed(PublishedSet set) throws IOException {
    for (String name : set.needed) {
      SetFixtures.write(folder, set.files);
      Path file = folder.resolve(name);
      Files.delete(file);
      readFailsWith(set, name, "no such file");
      Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, '['});
      readFailsWith(set, name, "UTF-8");
      if (name.endsWith(".json")) {
        for (String text : List.of("", "{", "7", "\"x\"", SetFixtures.DEEP)) {
          SetFixtures.write(file, text);
          readFailsWith(set, name, "restore the file as published");
        }
      }
    }
  }

  private void readFailsWith(PublishedSet set, String... words) {
    assertThatThrownBy(() -> set.reader.read(folder))
        .isInstanceOf(BenchmarkException.class)
        .message()
        .contains(words);
  }

  @ParameterizedTest
  @MethodSource("sets")
  void anyValueInPlaceOfAnyOtherIsReportedOrRead(PublishedSet set) {
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
  void randomChangesAreReportedOrRead(PublishedSet set) {
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
    files.merge("derived_standardized_queries.jsonl", SetFixtures.DEEP + "\n{\n", (a, b) -> a + b);
    Benchmark benchmark = SetFixtures.read(new NexusRavenReader(), folder, files);
    assertThat(benchmark.tasks()).hasSize(3);
    assertThat(benchmark.unreadable()).hasSize(3);
    assertThat(benchmark.unreadable())
        .contains(
            new UnreadableRecord(
                "derived_standardized_queries.jsonl",
                "line 6",
                "not JSON: Unexpected end-of-input: expected close marker for Object (column 2)"));
    assertThat(benchmark.unreadable()).extracting(UnreadableRecord::record).contains("line 5");
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
  void aRecordWithoutAGoldCallIsNoTask() {
    Map<String, String> files = new HashMap<>(SetFixtures.HAMMER);
    files.put("apibank_l2.json", "[{\"query\":\"Say hello.\",\"tools\":[],\"answers\":[]}]");
    Benchmark benchmark = SetFixtures.read(new HammerReader(), folder, files);
    assertThat(benchmark.unreadable())
        .containsExactly(
            new UnreadableRecord("apibank_l2.json", "record 1", "it has no gold call"));
    assertThat(benchmark.tasks()).noneMatch(BenchmarkTask::noTool);
  }

  @Test
  void aDialogueThatIsNoTextIsOneUnreadableRecord() throws IOException {
    SetFixtures.write(folder, SetFixtures.API_BANK);
    int asked = new ApiBankReader().read(folder).tasks().size();
    Path broken = folder.resolve("lv1-lv2-samples/level-1-given-desc/Broken.jsonl");
    Files.write(broken, new byte[] {(byte) 0xff, (byte) 0xfe});
    Benchmark benchmark = new ApiBankReader().read(folder);
    assertThat(benchmark.tasks()).hasSize(asked);
    assertThat(benchmark.unreadable())
        .anySatisfy(
            r -> {
              assertThat(r.file()).endsWith("Broken.jsonl");
              assertThat(r.reason()).contains("UTF-8");
            });
  }

  @Test
  void aSetOfWhichNothingCanBeReadSaysWhy() {
    Map<String, String> files = new HashMap<>(SetFixtures.HAMMER);
    files.replaceAll((name, text) -> "[{}]");
    assertThatThrownBy(() -> SetFixtures.read(new HammerReader(), folder, files))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("none of the records can be asked")
        .hasMessageContaining("\"answers\" is missing, not a list");
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
      assertThat(fastest(() -> readLong(text))).as("%.12s...", text).isLessThan(SOON);
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

  @Test
  void recordsWithManyReferencesAreReadSoon() {
    for (String text :
        List.of(
            "v.".repeat(50_000) + "$",
            "$v.".repeat(33_000) + "$",
            "$v.x$".repeat(20_000),
            "$v.x[".repeat(20_000),
            "$v".repeat(50_000),
            "v".repeat(100_000),
            "$".repeat(100_000),
            "$v." + "x".repeat(100_000))) {
      ObjectNode arguments = Json.object().put("a", text);
      assertThat(
              fastest(
                  () -> {
                    NestfulReferences references = new NestfulReferences();
                    references.next(Optional.of("v"), Set.of("y"), Json.object());
                    references.next(Optional.of("w"), Set.of("y"), arguments);
                    references.fault().ifPresent(fault -> assertThat(fault).hasSizeLessThan(400));
                  }))
          .as("%.12s...", text)
          .isLessThan(SOON);
      Map<String, String> files = new HashMap<>(SetFixtures.NESTFUL);
      files.put("data_v2/long.jsonl", nestful(text));
      SetFixtures.write(folder, files);
      assertThat(fastest(() -> new NestfulReader().read(folder)))
          .as("%.12s...", text)
          .isLessThan(READ_SOON);
    }
  }

  private static String nestful(String text) {
    ObjectNode record = Json.object().put("sample_id", "long").put("input", "Add.");
    ObjectNode tool = record.putArray("tools").addObject().put("name", "add");
    tool.putObject("parameters").putObject("a").put("type", "string");
    tool.putObject("output_parameters").putObject("y").put("type", "string");
    ArrayNode output = record.putArray("output");
    output.addObject().put("name", "add").put("label", "$v").putObject("arguments");
    output.addObject().put("name", "add").putObject("arguments").put("a", text);
    return Json.compact(record);
  }

  @Test
  void schemasWithCyclesAndUnknownTypesAreKeptAsTheyStand() {
    SetFixtures.write(folder, SetFixtures.TOOL_TALK);
    SetFixtures.write(
        folder.resolve("derived_tools.json"),
        """
        [{"name":"SendNote","parameters":{
           "to":{"$ref":"#/0/parameters/to","type":"array","items":{"$ref":"#/0/parameters/to"}},
           "text":{"type":"rope"},"more":{"type":{"a":1}}},"is_action":"perhaps"}]
        """);
    BenchmarkTask task = SetFixtures.task(new ToolTalkReader().read(folder), "easy/Send/2");
    assertThat(task.task().tools().getFirst().parameters())
        .extracting(Parameter::type)
        .containsExactly("array", "rope", "any");
    assertThat(
            SetFixtures.grade(
                    task,
                    "[{\"name\":\"SendNote\",\"arguments\":{\"to\":[\"Bo\"],\"text\":\"I am late\"}}]")
                .equivalent())
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("sets")
  void longAndDeepAnswersAreGradedSoon(PublishedSet set) {
    Benchmark benchmark = SetFixtures.read(set.reader, folder, set.files);
    Task first = benchmark.tasks().getFirst().task();
    String name = first.gold().getFirst().name();
    String key =
        first.tools().stream()
            .flatMap(t -> t.parameters().stream())
            .map(Parameter::name)
            .findFirst()
            .orElse("x");
    for (String value :
        List.of(
            "\"" + "$var1.".repeat(17_000) + "\"",
            "\"" + " a".repeat(50_000) + "\"",
            "\"" + "9".repeat(100_000) + "\"",
            "\"" + "[".repeat(100_000) + "\"",
            "\"" + "-1-1".repeat(25_000) + "\"",
            "[" + "{},".repeat(33_000) + "{}]",
            SetFixtures.DEEP)) {
      ParsedCalls answer =
          CallParser.parse(
              "[{\"name\":\"%s\",\"arguments\":{\"%s\":%s}}]".formatted(name, key, value));
      for (BenchmarkTask task : benchmark.tasks()) {
        assertThat(task.grader().grade(answer).strict()).isFalse();
        assertThat(fastest(() -> task.grader().grade(answer)))
            .as("%s %.20s", task.id(), value)
            .isLessThan(SOON);
      }
    }
  }

  /** The shortest of a few times, so that other work on the machine does not count. */
  private static Duration fastest(Runnable work) {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < ATTEMPTS && fastest > SOON.toNanos(); i++) {
      long started = System.nanoTime();
      work.run();
      fastest = Math.min(fastest, System.nanoTime() - started);
    }
    return Duration.ofNanos(fastest);
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
      assertThat(task.noTool()).as(task.id()).isFalse();
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
