package toolr0.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.base.Seed;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.ChatSampler;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.prompt.PromptBuilder;
import toolr0.reward.Agreement;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.RunException;
import toolr0.run.Stage;
import toolr0.run.StageId;
import toolr0.task.CheckedTasks;
import toolr0.task.ControlSpecWeights;
import toolr0.task.Fingerprint;
import toolr0.task.TaskCheck;
import toolr0.task.TaskCheckConfig;
import toolr0.task.TaskParser;
import toolr0.task.TaskParserConfig;
import toolr0.task.TaskReader;
import toolr0.task.Validation;
import toolr0.testsupport.ToyStore;
import tools.jackson.databind.node.ObjectNode;

class DatasetStageTest {
  private static final int VERIFY_LENGTH = 100;

  @TempDir private Path folder;
  private final List<Event> events = new ArrayList<>();
  private final ToyStore store = new ToyStore(() -> {});

  @BeforeEach
  void writeBase() {
    ToyStore.writeBase(folder.resolve("base"));
  }

  private static DatasetConfig config(int nGenerate, int nFinal, double tauHigh) {
    return new DatasetConfig(
        nGenerate,
        nFinal,
        0.7,
        400,
        16,
        6,
        0.7,
        VERIFY_LENGTH,
        0.2,
        tauHigh,
        0.75,
        0.45,
        0.2,
        0.5,
        0.3,
        1,
        1,
        Validation.CHECKED,
        Fingerprint.Part.COMBINED,
        1,
        false,
        Agreement.FULL_CALLS,
        1,
        false,
        DifficultySource.PASS_AT_K,
        ConfidenceBlend.published(),
        SelectionRule.BALANCED,
        1,
        TaskOrder.EASY_TO_HARD);
  }

  private static DatasetConfig published() {
    return published(true);
  }

  private static DatasetConfig published(boolean screensAndStop) {
    DatasetConfig plain = config(100, 20, 1);
    return new DatasetConfig(
        plain.nGenerate(),
        plain.nFinal(),
        plain.temperature(),
        plain.maxCompletionLength(),
        plain.chunkSize(),
        plain.kVerify(),
        plain.tempVerify(),
        plain.maxVerifyLength(),
        plain.tauVerify(),
        plain.tauVerifyHigh(),
        plain.easyFrom(),
        plain.hardBelow(),
        plain.mixEasy(),
        plain.mixMedium(),
        plain.mixHard(),
        1,
        0,
        Validation.PUBLISHED,
        Fingerprint.Part.COMBINED,
        1,
        screensAndStop,
        Agreement.NAMES,
        0.95,
        screensAndStop,
        DifficultySource.JUDGE,
        new ConfidenceBlend(true, 0.5),
        SelectionRule.QUOTAS,
        1,
        TaskOrder.BY_DOMAIN);
  }

  private static ControlSpecWeights control(int tools) {
    return new ControlSpecWeights(
        Map.of("travel", 1.0, "finance", 1.0),
        0,
        0,
        Map.of(1, 1.0),
        Map.of(tools, 1.0),
        Map.of(3, 1.0));
  }

  private boolean build(String name, DatasetConfig config, ControlSpecWeights control) {
    return build(name, config, control, models());
  }

  private boolean build(
      String name, DatasetConfig config, ControlSpecWeights control, DatasetModels models) {
    return build(name, config, control, models, 1);
  }

  private DatasetModels models() {
    return new DatasetModels(open("generator"), open("solver"), Optional.empty());
  }

  private Supplier<ChatSampler> open(String name) {
    return () -> store.open(folder.resolve("base"), name);
  }

  /** Builds the datasets of the first so many iterations. */
  private boolean build(
      String name,
      DatasetConfig config,
      ControlSpecWeights control,
      DatasetModels models,
      int iterations) {
    try (RunDirectory run =
        RunDirectory.create(
            folder.resolve(name),
            Json.object(),
            1,
            new TreeMap<>(),
            List.of(folder.resolve("base")),
            InstantSource.system())) {
      TaskReader reader =
          config
              .validation()
              .reader(
                  new TaskParser(TaskParserConfig.standard()),
                  new TaskCheck(TaskCheckConfig.standard()));
      return IntStream.rangeClosed(1, iterations)
          .allMatch(
              iteration ->
                  new DatasetStage(
                          run,
                          new StageId(iteration, Stage.DATASET),
                          config,
                          control,
                          reader,
                          PromptBuilder.of(PromptBuilder.BRIEF),
                          events::add,
                          () -> false,
                          new Seed(10 + iteration))
                      .build(models, "a test"));
    }
  }

  private ObjectNode report(String run) throws IOException {
    return report(run, 1);
  }

  private ObjectNode report(String run, int iteration) throws IOException {
    return Json.parseObject(
        Files.readString(
            folder.resolve(run).resolve("iteration-" + iteration + "/dataset/report.json")));
  }

  private List<ObjectNode> lines(int iteration, String file) {
    return JsonLines.read(folder.resolve("run/iteration-" + iteration + "/dataset/" + file));
  }

  @Test
  void everyCandidateIsKeptOrDroppedForAReason() throws IOException {
    assertThat(build("run", config(100, 20, 1), control(2))).isTrue();
    ObjectNode report = report("run");
    int dropped = report.required("dropped").values().stream().mapToInt(n -> n.asInt()).sum();
    assertThat(report.required("generated").asInt()).isEqualTo(100);
    assertThat(report.required("kept").asInt() + dropped).isEqualTo(100);
    assertThat(report.required("kept").asInt()).isEqualTo(20);
    assertThat(report.required("enough").asBoolean()).isTrue();
    assertThat(report.required("dropped").has("missing_block")).isTrue();
    assertThat(report.required("examples").required("missing_block").asString())
        .contains("candidate");
    List<ObjectNode> candidates =
        JsonLines.read(folder.resolve("run/iteration-1/dataset/candidates.jsonl"));
    assertThat(candidates).hasSize(100);
    assertThat(candidates.stream().filter(c -> !c.has("dropped")).count())
        .isEqualTo(report.required("checked").asInt());
  }

  @Test
  void theTasksAreReadBackAsTheyWereWrittenEasiestFirst() {
    build("run", config(100, 20, 1), control(2));
    Path file = folder.resolve("run/iteration-1/dataset/tasks.jsonl");
    List<CuratedTask> tasks = CuratedTask.read(file);
    assertThat(tasks)
        .hasSize(20)
        .isSortedAccordingTo(Comparator.comparingDouble(CuratedTask::successRate).reversed())
        .allSatisfy(
            task -> {
              assertThat(task.successRate()).isBetween(0.2, 1.0);
              assertThat(task.task().gold()).hasSize(1);
              assertThat(task.task().tools()).hasSize(2);
            });
    assertThat(tasks.stream().map(t -> Json.compact(t.toJson())).toList())
        .isEqualTo(JsonLines.read(file).stream().map(Json::compact).toList());
  }

  @Test
  void thePublishedSwitchesBuildADatasetOrderedByDomainWithJudgedDifficulties() throws IOException {
    DatasetConfig published = published();
    assertThat(build("run", published, control(2))).isTrue();
    List<CuratedTask> tasks =
        CuratedTask.read(folder.resolve("run/iteration-1/dataset/tasks.jsonl"));
    assertThat(tasks).hasSize(20);
    assertThat(tasks)
        .isSortedAccordingTo(
            Comparator.comparingInt(
                    (CuratedTask t) -> t.domain().equals(tasks.getFirst().domain()) ? 0 : 1)
                .thenComparing(CuratedTask::difficulty));
    assertThat(tasks.stream().map(CuratedTask::domain).distinct()).hasSize(2);
    assertThat(report("run").required("dropped").has("missing_tags")).isTrue();
    List<ObjectNode> verified =
        JsonLines.read(folder.resolve("run/iteration-1/dataset/verified.jsonl"));
    assertThat(verified.stream().filter(line -> line.has("difficulty")))
        .isNotEmpty()
        .allSatisfy(
            line -> {
              boolean fallback = line.required("difficulty_fallback").asBoolean();
              double rate =
                  line.required("successes").asDouble() / line.required("samples").asDouble();
              assertThat(line.required("confidence").asDouble())
                  .isEqualTo(0.5 * (fallback ? 0.5 : 1) + 0.5 * rate);
            });
    assertThat(verified.stream().map(l -> l.path("difficulty").asString("")).distinct())
        .contains("easy", "medium", "hard");
  }

  @Test
  void whatEarlierIterationsChoseIsVerifiedAgainBesideTheNewTasks() throws IOException {
    build("run", config(40, 10, 1), control(2), models(), 3);
    int newTasksOfSecond =
        report("run", 2).required("kept").asInt()
            - report("run", 2).required("kept_replayed").asInt();
    ObjectNode third = report("run", 3);
    assertThat(third.required("generated").asInt()).isEqualTo(40);
    assertThat(third.required("replayed").asInt()).isEqualTo(newTasksOfSecond).isPositive();
    int dropped = third.required("dropped").values().stream().mapToInt(n -> n.asInt()).sum();
    assertThat(third.required("kept").asInt() + dropped).isEqualTo(40 + newTasksOfSecond);

    List<String> replayed =
        lines(3, "candidates.jsonl").stream()
            .filter(line -> line.has("iteration"))
            .map(line -> line.required("completion").asString())
            .toList();
    List<Integer> chosen =
        lines(2, "tasks.jsonl").stream().map(line -> line.required("index").asInt()).toList();
    assertThat(replayed)
        .isEqualTo(
            lines(2, "candidates.jsonl").stream()
                .filter(line -> !line.has("iteration"))
                .filter(line -> chosen.contains(line.required("index").asInt()))
                .map(line -> line.required("completion").asString())
                .toList());
  }

  @Test
  void theUpperBoundDropsWhatIsAlwaysSolved() throws IOException {
    build("run", config(100, 50, 0.8), control(2));
    assertThat(CuratedTask.read(folder.resolve("run/iteration-1/dataset/tasks.jsonl")))
        .allSatisfy(task -> assertThat(task.successRate()).isLessThanOrEqualTo(0.8));
    assertThat(report("run").required("dropped").has("agreement_above_tau")).isTrue();
  }

  @Test
  void fewerTasksThanWantedAreSaid() throws IOException {
    build("run", config(30, 30, 1), control(2));
    ObjectNode report = report("run");
    assertThat(report.required("enough").asBoolean()).isFalse();
    assertThat(report.required("kept").asInt()).isBetween(1, 29);
    assertThat(report.required("wanted").asInt()).isEqualTo(30);
  }

  @Test
  void noTaskAtAllIsAFailureThatShowsTheCountsAndAnExample() {
    assertThatThrownBy(() -> build("run", config(30, 10, 1), control(5)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("none of 30 written tasks can be used")
        .hasMessageContaining("tool_count")
        .hasMessageContaining("candidate ")
        .hasMessageContaining("candidates.jsonl");
    assertThat(folder.resolve("run/iteration-1/dataset/report.json")).exists();
    assertThat(store.open()).isZero();
  }

  /**
   * Models with words put before every question that they write.
   *
   * @param asked what they were asked with
   */
  private record Rewording(DatasetModels models, String words, List<SamplingParams> asked) {
    DatasetModels reworded() {
      return new DatasetModels(
          () -> new Model(models.generator().get()),
          () -> new Model(models.solver().get()),
          models.judge());
    }

    List<List<String>> stopsOfVerification() {
      return asked.stream()
          .filter(params -> params.maxCompletionLength() == VERIFY_LENGTH)
          .map(SamplingParams::stop)
          .toList();
    }

    private final class Model implements ChatSampler {
      private final ChatSampler model;

      Model(ChatSampler model) {
        this.model = model;
      }

      @Override
      public List<Answers> ask(List<Question> questions, SamplingParams params) {
        asked.add(params);
        return model.ask(questions, params).stream()
            .map(Answers.Given.class::cast)
            .<Answers>map(
                given -> new Answers.Given(given.answersG().stream().map(this::of).toList()))
            .toList();
      }

      private Answer of(Answer answer) {
        return new Answer(
            answer.text().replace("<question>", "<question>" + words),
            answer.stopReason(),
            answer.tokenIdsT(),
            answer.logProbsT());
      }

      @Override
      public void close() {
        model.close();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"'Private reasoning: ', false", "'A tool-calling task: ', true"})
  void placeholdersAreCountedApartFromEqualTasksAndShown(String words, boolean verified)
      throws IOException {
    assertThatThrownBy(
            () ->
                build(
                    "run",
                    published(),
                    control(2),
                    new Rewording(models(), words, new ArrayList<>()).reworded()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("placeholder_question")
        .hasMessageMatching("(?s).*For example candidate \\d+.*");
    build("plain", published(), control(2));
    ObjectNode report = report("run");
    ObjectNode plain = report("plain");
    assertThat(report.required("checked")).isEqualTo(plain.required("checked"));
    assertThat(report.required("unique")).isEqualTo(plain.required("unique"));
    assertThat(report.required("kept").asInt()).isZero();
    assertThat(report.required("dropped").required("placeholder_question"))
        .isEqualTo(report.required(verified ? "verified" : "unique"));
    assertThat(report.required("verified").asInt() > 0).isEqualTo(verified);
    assertThat(report.required("examples").required("placeholder_question").asString())
        .startsWith("candidate ")
        .contains(words.strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Private reasoning: ", "A tool-calling task: "})
  void namesAndQuotasAloneNeitherDropPlaceholdersNorCutAnswers(String words) throws IOException {
    Rewording policies = new Rewording(models(), words, new ArrayList<>());
    build("run", published(false), control(2), policies.reworded());
    assertThat(report("run").required("kept").asInt()).isPositive();
    assertThat(report("run").required("dropped").has("placeholder_question")).isFalse();
    assertThat(policies.stopsOfVerification()).containsOnly(List.of());
  }

  @Test
  void anAnswerOfTheVerificationEndsWithItsBlockWhereThatIsAsked() {
    Rewording policies = new Rewording(models(), "", new ArrayList<>());
    build("run", published(), control(2), policies.reworded());
    assertThat(policies.stopsOfVerification()).containsOnly(List.of("</tool_call_answer>"));
  }

  @Test
  void aChunkIsOneSampleCallOfEachRole() {
    build("run", config(32, 5, 1), control(2));
    assertThat(store.sampleCalls()).hasSize(4).startsWith(16, 16);
    assertThat(store.mostOpen()).isEqualTo(1);
  }

  @Test
  void equalTasksAndNearlyEqualQuestionsGo() {
    TaskReader reader =
        new CheckedTasks(
            new TaskParser(TaskParserConfig.standard()), new TaskCheck(TaskCheckConfig.standard()));
    List<Candidate> candidates = new ArrayList<>();
    String first = toolr0.testsupport.ToyTasks.completion("train", "QBDFHJ");
    String second = toolr0.testsupport.ToyTasks.completion("train", "QBDFHK");
    String other = toolr0.testsupport.ToyTasks.completion("hotel", "ZZKKMMLLPP");
    for (String text : List.of(first, second, first, other)) {
      candidates.add(
          Candidate.of(
              candidates.size(),
              new toolr0.task.ControlSpec("travel", toolr0.task.ContextType.SINGLE_TURN, 2, 1),
              text,
              false,
              reader));
    }
    assertThat(Deduplicator.dropped(candidates, Fingerprint.Part.COMBINED, 1, 1))
        .containsOnly(Map.entry(2, "duplicate"));
    assertThat(Deduplicator.dropped(candidates, Fingerprint.Part.COMBINED, 1, 0.8))
        .containsEntry(1, "near_duplicate")
        .containsEntry(2, "duplicate")
        .doesNotContainKey(0);
  }

  /** A model that fails in every n-th question. */
  private record Unreliable(ChatSampler model, int every, Answers otherwise)
      implements ChatSampler {
    Unreliable(ChatSampler model, int every) {
      this(model, every, new Answers.Failed("HTTP 500: out of luck"));
    }

    @Override
    public List<Answers> ask(List<Question> questions, SamplingParams params) {
      List<Answers> answers = new ArrayList<>(model.ask(questions, params));
      for (int i = every - 1; i < answers.size(); i += every) {
        answers.set(i, otherwise);
      }
      return answers;
    }

    @Override
    public void close() {
      model.close();
    }
  }

  @Test
  void whatAModelCouldNotSayIsDroppedUnderItsOwnReason() throws IOException {
    DatasetModels flaky =
        new DatasetModels(
            () -> new Unreliable(store.open(folder.resolve("base"), "generator"), 5),
            () -> new Unreliable(store.open(folder.resolve("base"), "solver"), 3),
            Optional.of(() -> new Unreliable(store.open(folder.resolve("base"), "judge"), 2)));
    assertThat(build("run", published(), control(2), flaky)).isTrue();
    ObjectNode dropped = (ObjectNode) report("run").required("dropped");
    assertThat(dropped.required("not_written").asInt()).isEqualTo(100 / 16 * 3);
    List<ObjectNode> unwritten =
        lines(1, "candidates.jsonl").stream()
            .filter(line -> line.path("dropped").asString("").equals("not_written"))
            .toList();
    assertThat(unwritten)
        .hasSize(dropped.required("not_written").asInt())
        .allSatisfy(
            line -> {
              assertThat(line.required("detail").asString()).isEqualTo("HTTP 500: out of luck");
              assertThat(line.required("completion").asString()).isEmpty();
            });
    List<String> failures =
        lines(1, "verified.jsonl").stream()
            .filter(line -> line.has("failed"))
            .map(line -> line.required("failed").asString())
            .toList();
    assertThat(failures)
        .hasSize(dropped.required("solver_failed").asInt())
        .contains("HTTP 500: out of luck", "judge of difficulty: HTTP 500: out of luck");
    assertThat(store.open()).isZero();
  }

  @Test
  void aPromptThatIsTooLongForTheModelThatWritesIsACandidateThatWasNotWritten() throws IOException {
    Answers tooLong = new Answers.TooLong("HTTP 400: the context has 9 tokens");
    DatasetModels narrow =
        new DatasetModels(
            () -> new Unreliable(store.open(folder.resolve("base"), "generator"), 5, tooLong),
            open("solver"),
            Optional.empty());
    assertThat(build("run", config(100, 20, 1), control(2), narrow)).isTrue();
    assertThat(report("run").required("dropped").required("not_written").asInt())
        .isEqualTo(100 / 16 * 3);
    assertThat(lines(1, "candidates.jsonl"))
        .filteredOn(line -> line.path("dropped").asString("").equals("not_written"))
        .hasSize(100 / 16 * 3)
        .allSatisfy(
            line ->
                assertThat(line.required("detail").asString())
                    .isEqualTo("HTTP 400: the context has 9 tokens"));
  }
}
