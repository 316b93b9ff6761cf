package toolr0.selfplay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.chat.ModelUnavailableException;
import toolr0.policy.Answers;
import toolr0.policy.ChatSampler;
import toolr0.policy.Question;
import toolr0.policy.SamplingParams;
import toolr0.run.Event;
import toolr0.run.JsonLines;
import toolr0.run.RunDirectory;
import toolr0.run.RunException;
import toolr0.testsupport.ToyStore;
import tools.jackson.databind.node.ObjectNode;

/** Runs whose questions go to models behind endpoints, here models that answer as the toy does. */
class RemoteRunTest {
  @TempDir private Path folder;
  private final List<Event> events = new ArrayList<>();

  @BeforeEach
  void writeBase() {
    ToyStore.writeBase(folder.resolve("base"));
  }

  /** Every question of the run goes to a model of this name. */
  private static SelfPlayConfig config(String model) {
    return config(model, "http://localhost:1/v1");
  }

  private static SelfPlayConfig config(String model, String address) {
    ObjectNode tree = ConfigJson.toJson(ToyRun.config());
    for (RemoteRole role : RemoteRole.values()) {
      ObjectNode remote = (ObjectNode) tree.required("remote").required(role.wireName());
      remote.putArray("endpoints").add(address);
      remote.put("model", model);
    }
    return ConfigJson.fromJson(tree);
  }

  /** Models that are the checkpoints that they stand in for, as long as they are there. */
  private final class Served implements RemoteModels {
    private final ToyStore store = new ToyStore(() -> {});
    private final List<String> opened = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final IntPredicate thereAtCall;
    private final RuntimeException otherwise;
    private int calls;

    Served(IntPredicate thereAtCall, RuntimeException otherwise) {
      this.thereAtCall = thereAtCall;
      this.otherwise = otherwise;
    }

    Served() {
      this(_ -> true, new IllegalStateException("not reached"));
    }

    @Override
    public ChatSampler open(RemoteRole role, int iteration, Path checkpoint) {
      opened.add(role.wireName() + " " + iteration + " " + folder.relativize(checkpoint));
      ChatSampler model =
          store.open(checkpoint, role == RemoteRole.CANDIDATES ? "generator" : "solver");
      return new ChatSampler() {
        @Override
        public List<Answers> ask(List<Question> questions, SamplingParams params) {
          if (calls == 0) {
            notes.add("probe: all is well");
          }
          if (!thereAtCall.test(++calls)) {
            throw otherwise;
          }
          return model.ask(questions, params);
        }

        @Override
        public void close() {
          model.close();
        }
      };
    }

    @Override
    public SortedMap<String, Double> readings() {
      SortedMap<String, Double> readings = new TreeMap<>();
      readings.put("remote/requests", (double) calls);
      return readings;
    }

    @Override
    public List<String> notes() {
      List<String> taken = List.copyOf(notes);
      notes.clear();
      return taken;
    }
  }

  private boolean play(RunDirectory run, SelfPlayConfig config, ToyStore store, Served served) {
    return ToyRun.play(
        run, folder.resolve("base"), config, store, served, events::add, () -> false);
  }

  private RunDirectory create(String name, SelfPlayConfig config) {
    return ToyRun.create(folder.resolve(name), folder.resolve("base"), config);
  }

  private RunDirectory resume(String name, SelfPlayConfig config) {
    return ToyRun.resume(folder.resolve(name), folder.resolve("base"), config);
  }

  private List<String> weights(String name) throws Exception {
    List<String> weights = new ArrayList<>();
    for (String part :
        List.of("iteration-1/solver", "iteration-2/generator", "iteration-2/solver")) {
      Path file = folder.resolve(name + "/" + part + "/checkpoint/model.safetensors");
      weights.add(Files.readString(file, StandardCharsets.ISO_8859_1));
    }
    return weights;
  }

  @Test
  void modelsThatAreTheCheckpointsMakeTheSameRunAsTheCheckpoints() throws Exception {
    SelfPlayConfig config = config("solver-{iteration}");
    Served served = new Served();
    try (RunDirectory run = create("remote", config)) {
      assertThat(play(run, config, new ToyStore(() -> {}), served)).isTrue();
    }
    try (RunDirectory run = create("local", ToyRun.config())) {
      assertThat(ToyRun.play(run, folder.resolve("base"))).isTrue();
    }
    assertThat(weights("remote")).isEqualTo(weights("local"));
    assertThat(served.opened)
        .containsExactly(
            "probe 0 base",
            "judge 0 base",
            "candidates 1 remote/iteration-1/generator/checkpoint",
            "verification 0 base",
            "probe 1 remote/iteration-1/solver/checkpoint",
            "judge 1 remote/iteration-1/solver/checkpoint",
            "candidates 2 remote/iteration-2/generator/checkpoint",
            "verification 1 remote/iteration-1/solver/checkpoint");
    assertThat(served.store.open()).isZero();
  }

  @Test
  void everyStepSaysWhatWasAskedAndNotesAreEvents() {
    SelfPlayConfig config = config("fixed");
    try (RunDirectory run = create("remote", config)) {
      play(run, config, new ToyStore(() -> {}), new Served());
    }
    List<ObjectNode> metrics = JsonLines.read(folder.resolve("remote/metrics.jsonl"));
    assertThat(metrics).allMatch(line -> line.has("remote/requests"));
    assertThat(JsonLines.read(folder.resolve("remote/events.jsonl")))
        .filteredOn(line -> line.required("type").asString().equals("noted"))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.required("text").asString()).isEqualTo("probe: all is well");
              assertThat(line.required("stage").asString()).isEqualTo("generator");
            });
    assertThat(JsonLines.read(folder.resolve("remote/events.jsonl")))
        .filteredOn(line -> line.required("type").asString().equals("stage_started"))
        .extracting(line -> line.required("what").asString())
        .contains(
            "the Generator learns to write tasks at the edge of what the Solver can do; probe: fixed"
                + " at http://localhost:1/v1; judge: fixed at http://localhost:1/v1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 10, 14})
  void anOutageLeavesARunThatGoesOnToTheSameEnd(int call) throws Exception {
    SelfPlayConfig config = config("fixed");
    try (RunDirectory run = create("whole", config)) {
      play(run, config, new ToyStore(() -> {}), new Served());
    }
    ModelUnavailableException gone = new ModelUnavailableException("http://host/v1 is gone");
    try (RunDirectory run = create("outage", config)) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(
              () -> play(run, config, new ToyStore(() -> {}), new Served(c -> c < call, gone)))
          .withMessageContaining("http://host/v1 is gone. Nothing is lost; when it answers again")
          .withMessageContaining("./toolr0 evolve --resume " + folder.resolve("outage"));
    }
    assertThat(JsonLines.read(folder.resolve("outage/events.jsonl")))
        .anyMatch(line -> line.required("type").asString().equals("noted"));
    SelfPlayConfig elsewhere = config("fixed", "http://other:2/v1");
    assertThat(ConfigJson.toJson(elsewhere, config)).isEqualTo(ConfigJson.toJson(config));
    try (RunDirectory run = resume("outage", config)) {
      assertThat(play(run, config, new ToyStore(() -> {}), new Served())).isTrue();
    }
    assertThat(weights("outage")).isEqualTo(weights("whole"));
  }

  @Test
  void aCancellationEndsTheStageWhereTheRunCanBeResumed() throws Exception {
    SelfPlayConfig config = config("fixed");
    try (RunDirectory run = create("whole", config)) {
      play(run, config, new ToyStore(() -> {}), new Served());
    }
    for (int call = 1; call <= 16; call++) {
      int end = call;
      String name = "stopped-" + call;
      events.clear();
      try (RunDirectory run = create(name, config)) {
        Served stopping = new Served(c -> c < end, new CancellationException("stop"));
        assertThat(play(run, config, new ToyStore(() -> {}), stopping)).isFalse();
      }
      assertThat(events.getLast()).isInstanceOf(Event.Interrupted.class);
      try (RunDirectory run = resume(name, config)) {
        assertThat(play(run, config, new ToyStore(() -> {}), new Served())).isTrue();
      }
      assertThat(weights(name)).isEqualTo(weights("whole"));
    }
  }

  @Test
  void aResumedRunMayAskOtherServersButNoOtherModel() {
    SelfPlayConfig started = config("fixed");
    try (RunDirectory run = create("run", started)) {
      assertThat(run.state()).isEmpty();
    }
    ObjectNode session = ConfigJson.toJson(config("fixed", "http://other:2/v1"));
    ((ObjectNode) session.required("remote"))
        .put("logprobs", true)
        .put("concurrency", 3)
        .put("timeout_seconds", 5)
        .put("deadline_seconds", 6)
        .put("max_attempts", 2);
    assertThat(ConfigJson.toJson(ConfigJson.fromJson(session), started))
        .isEqualTo(ConfigJson.toJson(started));
    for (SelfPlayConfig changed : List.of(config("another"), ToyRun.config())) {
      assertThatExceptionOfType(RunException.class)
          .isThrownBy(
              () ->
                  RunDirectory.resume(
                      folder.resolve("run"),
                      ConfigJson.toJson(changed, started),
                      new TreeMap<>(),
                      List.of(folder.resolve("base")),
                      InstantSource.system()))
          .withMessageContaining("remote.probe.model");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"endpoints": ["http://a"], "model": "", "api_key_variable": "K"} | model is "", but it must name
          {"endpoints": [], "model": "m", "api_key_variable": "K"} | model is m, but it is served nowhere
          {"endpoints": ["http://a", "http://a"], "model": "m", "api_key_variable": "K"} | must not name an address twice
          {"endpoints": ["http://a"], "model": "m", "api_key_variable": "sk-12345678"} | not the key itself
          """)
  void aModelIsNamedWithItsEndpointsAndAKeyByItsVariable(String json, String message) {
    ObjectNode tree = ConfigJson.toJson(ToyRun.config());
    ((ObjectNode) tree.required("remote")).set("judge", Json.parse(json));
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> ConfigJson.fromJson(tree))
        .havingRootCause()
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("sk-12345678"));
  }

  @Test
  void aJudgeThatNobodyAsksIsRefused() {
    ObjectNode tree = ConfigJson.toJson(config("fixed"));
    ((ObjectNode) tree.required("judge")).put("enabled", false);
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> ConfigJson.fromJson(tree))
        .havingRootCause()
        .withMessageContaining("remote.judge.endpoints is [http://localhost:1/v1], but it is asked")
        .withMessageContaining("judge.enabled is false");
    ((ObjectNode) tree.required("dataset")).put("difficulty", "judge");
    assertThat(ConfigJson.fromJson(tree).remote().judge().used()).isTrue();
  }
}
