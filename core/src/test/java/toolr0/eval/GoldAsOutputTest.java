package toolr0.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.base.Json;
import toolr0.eval.sets.ApiBankReader;
import toolr0.eval.sets.HammerReader;
import toolr0.eval.sets.NestfulReader;
import toolr0.eval.sets.NexusRavenReader;
import toolr0.eval.sets.SealToolsReader;
import toolr0.eval.sets.SnipsReader;
import toolr0.eval.sets.ToolAlpacaReader;
import toolr0.eval.sets.ToolTalkReader;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * Gold answers of the published sets, written as a model writes them, are right by every rule on
 * every record whose gold could be read, also where it asks for what was not offered, and no record
 * is lost. Reads the folder named by the system property {@code toolr0.benchmarks}.
 */
class GoldAsOutputTest {
  private static final Path DATA =
      Path.of(System.getProperty("toolr0.benchmarks", "../shared/benchmarks"));

  /**
   * The overlaps over arguments whose rules compare a call with the first gold call of its name, so
   * that gold which calls one tool twice may lack some.
   */
  private static final Set<String> FIRST_OF_A_NAME = Set.of("argument", "parameter");

  /** The scores whose rules reject a call that the tool does not take, gold's included. */
  private static final Set<String> OFFERED_ONLY = Set.of("inputs", "nexusraven");

  /**
   * A set.
   *
   * @param files the paths in its folder where its records stand
   * @param tasks how many tasks a JSON value of these files should give
   */
  record PublishedSet(BenchmarkReader reader, String files, ToLongFunction<JsonNode> tasks) {
    @Override
    public String toString() {
      return reader.name();
    }
  }

  static List<PublishedSet> sets() {
    return List.of(
        new PublishedSet(new HammerReader(), "[^/]*[.]json", JsonNode::size),
        new PublishedSet(new NexusRavenReader(), "derived_standardized_queries[.]jsonl", line -> 1),
        new PublishedSet(new SealToolsReader(), "test_(in|out)_domain[.]jsonl", line -> 1),
        new PublishedSet(
            new ToolAlpacaReader(),
            "eval_(simulated|real)[.]json",
            apis -> apis.values().stream().mapToLong(a -> a.path("Instructions").size()).sum()),
        new PublishedSet(
            new ApiBankReader(),
            "lv1-lv2-samples/[^/]*/[^/]*[.]jsonl",
            turn -> turn.path("role").asString("").equals("API") ? 1 : 0),
        new PublishedSet(
            new SnipsReader(),
            "validate_[^/]*[.]json",
            intents -> intents.values().stream().mapToLong(JsonNode::size).sum()),
        new PublishedSet(
            new NestfulReader(),
            "data_v1/[^/]*/[^/]*-data[.]json|data_v2/[^/]*[.]jsonl",
            value -> value.isArray() ? value.size() : 1),
        new PublishedSet(
            new ToolTalkReader(),
            "(easy|tooltalk)/[^/]*[.]json",
            talk ->
                talk.path("conversation").values().stream()
                    .filter(turn -> !turn.path("apis").isEmpty())
                    .count()));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void goldIsRight(PublishedSet set) throws IOException {
    Path folder = DATA.resolve(set.reader.name());
    if (!Files.isDirectory(folder)) {
      System.out.println("gold " + set + ": no data at " + folder + ", nothing checked");
      return;
    }
    Benchmark benchmark = set.reader.read(folder);
    print(benchmark);
    int given = benchmark.tasks().size();
    assertThat(published(set, folder))
        .isBetween((long) given, (long) given + benchmark.unreadable().size());
    assertThat(benchmark.tasks()).extracting(BenchmarkTask::id).doesNotHaveDuplicates();

    List<Verdict> verdicts =
        benchmark.tasks().stream()
            .map(GoldAsOutputTest::verdictOnGold)
            .filter(verdict -> !isGoldUnreadable(verdict))
            .toList();
    assertThat(verdicts).isNotEmpty().allSatisfy(GoldAsOutputTest::checkIsRight);
    for (String metric : OFFERED_ONLY) {
      List<Verdict> rejected =
          verdicts.stream().filter(v -> v.grades().own().getOrDefault(metric, 1.0) < 1).toList();
      if (!rejected.isEmpty()) {
        System.out.printf(
            "gold %s: %s rejects gold of %d records, of which %d are marked: %s%n",
            set,
            metric,
            rejected.size(),
            rejected.stream().filter(v -> v.task().unanswerable().isPresent()).count(),
            rejected.stream().map(Verdict::id).toList());
      }
    }
    EvaluationReport report = new EvaluationReport(benchmark, "gold", 0.95, verdicts);
    for (Map.Entry<String, Double> figure : report.more().entrySet()) {
      if (figure.getKey().endsWith("_f1")) {
        System.out.printf("gold %s: %s %.4f%n", set, figure.getKey(), figure.getValue());
      }
    }
  }

  private static Verdict verdictOnGold(BenchmarkTask task) {
    String answer =
        AnswerBlocks.Tag.THINK.wrap("One call for each wish.")
            + AnswerBlocks.Tag.TOOL_CALL_ANSWER.wrap(CallWriter.write(task.task().gold()));
    return Evaluator.judge(task, List.of(), answer, 0);
  }

  private static boolean isGoldUnreadable(Verdict verdict) {
    return verdict.grades().error().filter(ToolAlpacaReader.GOLD_UNREADABLE::equals).isPresent();
  }

  private static void checkIsRight(Verdict verdict) {
    Grades grades = verdict.grades();
    List<String> names = verdict.task().task().gold().stream().map(ToolCall::name).toList();
    boolean callsOneTwice = Set.copyOf(names).size() < names.size();
    assertThat(verdict.parsed() && verdict.rightTools()).as(verdict.id()).isTrue();
    assertThat(grades.strict() && grades.equivalent()).as(verdict.id()).isTrue();
    boolean isOffered = verdict.task().unanswerable().isEmpty();
    grades
        .own()
        .forEach(
            (metric, score) -> {
              if (isOffered || !OFFERED_ONLY.contains(metric)) {
                assertThat(score).as("%s of %s", metric, verdict.id()).isEqualTo(1);
              }
            });
    grades
        .overlaps()
        .forEach(
            (metric, overlap) -> {
              if (!callsOneTwice || !FIRST_OF_A_NAME.contains(metric)) {
                assertThat(overlap)
                    .as("%s of %s", metric, verdict.id())
                    .isEqualTo(new Overlap(overlap.gold(), overlap.gold(), overlap.gold()));
              }
            });
  }

  private static void print(Benchmark benchmark) {
    List<BenchmarkTask> unanswerable =
        benchmark.tasks().stream().filter(task -> task.unanswerable().isPresent()).toList();
    System.out.printf(
        "gold %s: %d tasks, gold of %d asks for what was not offered, %d records unreadable%n",
        benchmark.name(),
        benchmark.tasks().size(),
        unanswerable.size(),
        benchmark.unreadable().size());
    for (BenchmarkTask task : unanswerable) {
      System.out.printf(
          "gold %s: %s can hardly be answered: %s%n",
          benchmark.name(), task.id(), task.unanswerable().orElseThrow());
    }
    for (UnreadableRecord record : benchmark.unreadable()) {
      System.out.printf("gold %s: %s%n", benchmark.name(), record);
    }
  }

  private static long published(PublishedSet set, Path folder) throws IOException {
    Pattern records = Pattern.compile(set.files);
    long tasks = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String path = folder.relativize(file).toString().replace('\\', '/');
        if (records.matcher(path).matches()) {
          String text = Files.readString(file);
          Stream<String> values = path.endsWith(".jsonl") ? text.lines() : Stream.of(text);
          tasks += values.filter(v -> !v.isBlank()).map(Json::parse).mapToLong(set.tasks).sum();
        }
      }
    }
    return tasks;
  }
}
