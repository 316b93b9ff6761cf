package toolr0.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.testsupport.RunCopies;
import tools.jackson.databind.node.ObjectNode;

class RunDirectoryTest {
  private static final StageId GENERATOR = new StageId(1, Stage.GENERATOR);
  private static final StageId DATASET = new StageId(1, Stage.DATASET);

  @TempDir private Path folder;
  private Path base;
  private Path root;

  @BeforeEach
  void writeBase() throws IOException {
    base = Files.createDirectories(folder.resolve("base"));
    root = folder.resolve("run");
    Files.writeString(base.resolve("model.safetensors"), "weights");
  }

  private static ObjectNode configuration(int steps) {
    ObjectNode node = Json.object();
    node.put("seed", 1);
    node.putObject("generator").put("max_steps", steps).put("beta", 0.0);
    return node;
  }

  private RunDirectory create() {
    return RunDirectory.create(
        root, configuration(5), 1, new TreeMap<>(), List.of(base), InstantSource.system());
  }

  private RunDirectory resume(int steps) {
    return RunDirectory.resume(
        root, configuration(steps), new TreeMap<>(), List.of(base), InstantSource.system());
  }

  private void checkpoint(String relative, String weights) throws IOException {
    Path path = Files.createDirectories(root.resolve(relative));
    Files.writeString(path.resolve("model.safetensors"), weights);
  }

  @Test
  void aRunInUseIsRefusedByTheNameOfItsUser() {
    try (RunDirectory run = create()) {
      assertThatThrownBy(() -> resume(5))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("is in use by process " + ProcessHandle.current().pid() + " on ")
          .hasMessageContaining("choose another run directory");
      assertThat(run.root()).isEqualTo(root);
    }
    resume(5).close();
  }

  @Test
  void aChangedConfigurationIsRefusedByItsKeys() {
    create().close();
    assertThatThrownBy(() -> resume(6))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("generator.max_steps: 5 -> 6")
        .hasMessageNotContaining("beta")
        .extracting(e -> ((RunException) e).kind())
        .isEqualTo(RunException.Kind.USAGE);
  }

  @Test
  void aRunIsNotStartedOverAnother() {
    create().close();
    assertThatThrownBy(this::create).hasMessageContaining("holds a run already");
    assertThatThrownBy(() -> RunDirectory.requireFree(root))
        .hasMessageContaining("holds a run already");
    Path file = base.resolve("model.safetensors");
    assertThatThrownBy(() -> RunDirectory.requireFree(file)).hasMessageContaining("is a file");
    RunDirectory.requireFree(folder.resolve("other"));
    assertThat(folder.resolve("other")).doesNotExist();
  }

  @Test
  void aFolderWithOtherThingsIsNotTaken() throws IOException {
    Files.createDirectories(root);
    Files.writeString(root.resolve("thesis.tex"), "");
    assertThatThrownBy(this::create).hasMessageContaining("thesis.tex");
  }

  @Test
  void aFolderWithoutARunCannotBeResumed() {
    assertThatThrownBy(() -> resume(5)).hasMessageContaining("holds no run");
  }

  @Test
  void aBaseThatStandsOnAnotherIsRecordedWithIt() throws IOException {
    Path below = Files.createDirectories(folder.resolve("below"));
    Files.writeString(below.resolve("model.safetensors"), "weights below");
    List<Path> folders = List.of(base, below);
    RunDirectory.create(root, configuration(5), 1, new TreeMap<>(), folders, InstantSource.system())
        .close();
    assertThat(RunDirectory.readManifest(root).baseCheckpoint())
        .containsKeys("model.safetensors", "base/model.safetensors");
    RunDirectory.resume(root, configuration(5), new TreeMap<>(), folders, InstantSource.system())
        .close();
    Files.writeString(below.resolve("model.safetensors"), "other weights");
    assertThatThrownBy(
            () ->
                RunDirectory.resume(
                    root, configuration(5), new TreeMap<>(), folders, InstantSource.system()))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(below.resolve("model.safetensors") + " has changed");
  }

  @Test
  void whatWasWrittenAfterTheLastCommitIsCutOff() throws IOException {
    try (RunDirectory run = create()) {
      run.log("metrics.jsonl").append(Json.object().put("step", 1));
      checkpoint("iteration-1/generator/checkpoint-1", "one");
      run.commit(
          GENERATOR, 1, false, Optional.of("iteration-1/generator/checkpoint-1"), new TreeMap<>());
      run.log("metrics.jsonl").append(Json.object().put("step", 2));
      run.log("completions/iteration-1-generator.jsonl").append(Json.object().put("step", 2));
      checkpoint("iteration-1/generator/checkpoint-2", "two");
    }
    Files.writeString(root.resolve("metrics.jsonl"), "{\"st", StandardOpenOption.APPEND);
    try (RunDirectory run = resume(5)) {
      assertThat(JsonLines.read(root.resolve("metrics.jsonl"))).hasSize(1);
      assertThat(root.resolve("completions/iteration-1-generator.jsonl")).doesNotExist();
      assertThat(root.resolve("iteration-1/generator/checkpoint-2")).doesNotExist();
      assertThat(root.resolve("iteration-1/generator/checkpoint-1")).isDirectory();
      run.log("metrics.jsonl").append(Json.object().put("step", 3));
      assertThat(run.progress(GENERATOR).orElseThrow().step()).isEqualTo(1);
      assertThat(run.progress(DATASET)).isEmpty();
      assertThat(run.finished(StageId.base())).isTrue();
      assertThat(run.finished(GENERATOR)).isFalse();
    }
    assertThat(JsonLines.read(root.resolve("metrics.jsonl")))
        .extracting(line -> line.required("step").asInt())
        .containsExactly(1, 3);
  }

  @Test
  void aCommitDeletesTheOlderCheckpointOfItsStageOnly() throws IOException {
    try (RunDirectory run = create()) {
      for (String last : new String[] {"checkpoint-1", "checkpoint"}) {
        checkpoint("iteration-1/generator/" + last, last);
        boolean finished = last.equals("checkpoint");
        run.commit(
            GENERATOR,
            finished ? 2 : 1,
            finished,
            Optional.of("iteration-1/generator/" + last),
            new TreeMap<>());
      }
      checkpoint("iteration-1/solver/checkpoint", "solver");
      run.commit(
          new StageId(1, Stage.SOLVER),
          2,
          true,
          Optional.of("iteration-1/solver/checkpoint"),
          new TreeMap<>());
    }
    try (RunDirectory run = resume(5)) {
      assertThat(root.resolve("iteration-1/generator").toFile().list())
          .containsExactly("checkpoint");
      assertThat(run.manifest().checkpoints().keySet())
          .containsExactly("iteration-1/generator/checkpoint", "iteration-1/solver/checkpoint");
    }
  }

  @Test
  void aDamagedCheckpointIsRefused() throws IOException {
    try (RunDirectory run = create()) {
      checkpoint("iteration-1/generator/checkpoint-1", "one");
      run.commit(
          GENERATOR, 1, false, Optional.of("iteration-1/generator/checkpoint-1"), new TreeMap<>());
    }
    checkpoint("iteration-1/generator/checkpoint-1", "onf");
    assertThatThrownBy(() -> resume(5))
        .hasMessageContaining("checkpoint-1/model.safetensors has changed");
  }

  @Test
  void aDamagedCheckpointOfAFinishedStageIsRefused() throws IOException {
    try (RunDirectory run = create()) {
      checkpoint("iteration-1/generator/checkpoint", "last");
      run.commit(
          GENERATOR, 2, true, Optional.of("iteration-1/generator/checkpoint"), new TreeMap<>());
      run.commit(new StageId(1, Stage.DATASET), 1, false, Optional.empty(), new TreeMap<>());
    }
    resume(5).close();
    checkpoint("iteration-1/generator/checkpoint", "lost");
    assertThatThrownBy(() -> resume(5))
        .hasMessageContaining("iteration-1/generator/checkpoint/model.safetensors has changed");
  }

  @Test
  void aChangedBaseCheckpointIsRefused() throws IOException {
    create().close();
    Files.writeString(base.resolve("model.safetensors"), "other");
    assertThatThrownBy(() -> resume(5)).hasMessageContaining("has changed");
    Files.delete(base.resolve("model.safetensors"));
    assertThatThrownBy(() -> resume(5)).hasMessageContaining("is missing");
  }

  @Test
  void aFileThatNoModelIsReadFromMayChange() throws IOException {
    Files.writeString(base.resolve("README.md"), "one");
    create().close();
    Files.writeString(base.resolve("README.md"), "two");
    resume(5).close();
    assertThat(RunDirectory.readManifest(root).baseCheckpoint()).doesNotContainKey("README.md");
  }

  @Test
  void aDamagedStateIsRefusedByTheNameOfItsFile() throws IOException {
    create().close();
    Files.writeString(root.resolve("state.json"), "{\"iter");
    assertThatThrownBy(() -> resume(5)).hasMessageContaining("state.json is not JSON");
    Files.writeString(root.resolve("state.json"), "{}");
    assertThatThrownBy(() -> resume(5))
        .hasMessageContaining("state.json cannot be read")
        .hasMessageContaining("iteration")
        .hasMessageNotContaining("Source");
  }

  @Test
  void aRunWhoseStateIsLostIsRefusedAndKeepsAllItHas() throws IOException {
    try (RunDirectory run = create()) {
      run.log("metrics.jsonl").append(Json.object().put("step", 1));
      checkpoint("iteration-1/generator/checkpoint-1", "one");
      run.commit(
          GENERATOR, 1, false, Optional.of("iteration-1/generator/checkpoint-1"), new TreeMap<>());
      run.log("metrics.jsonl").append(Json.object().put("step", 2));
    }
    Files.delete(root.resolve("state.json"));
    SortedMap<String, String> before = RunCopies.content(root);
    assertThatThrownBy(() -> resume(5))
        .hasMessageContaining(root.resolve("state.json") + " is missing")
        .hasMessageContaining("iteration-1, metrics.jsonl")
        .extracting(e -> ((RunException) e).kind())
        .isEqualTo(RunException.Kind.DATA);
    assertThat(RunCopies.content(root)).isEqualTo(before);
  }

  @Test
  void aRunWhoseStateIsLostBeforeItsFirstCommitIsRefusedToo() throws IOException {
    create().close();
    Files.delete(root.resolve("state.json"));
    assertThatThrownBy(() -> resume(5)).hasMessageContaining("state.json is missing");
  }

  @Test
  void aRunThatWasKilledAsSoonAsItWasMadeGoesOn() throws IOException {
    create().close();
    Files.delete(root.resolve("state.json"));
    Files.delete(root.resolve("sessions.jsonl"));
    try (RunDirectory run = resume(5)) {
      assertThat(run.state()).isEmpty();
    }
  }

  @Test
  void aRunWhoseManifestIsLostIsRefusedByTheNameOfTheFile() throws IOException {
    try (RunDirectory run = create()) {
      checkpoint("iteration-1/generator/checkpoint-1", "one");
      run.commit(
          GENERATOR, 1, false, Optional.of("iteration-1/generator/checkpoint-1"), new TreeMap<>());
    }
    Files.delete(root.resolve("manifest.json"));
    assertThatThrownBy(() -> resume(5))
        .hasMessageContaining("manifest.json is missing")
        .extracting(e -> ((RunException) e).kind())
        .isEqualTo(RunException.Kind.DATA);
  }

  @Test
  void filesThatAreNotTheRunsStayOnResume() throws IOException {
    create().close();
    for (String own : new String[] {"notes.jsonl", "result/samples.jsonl", "solver/solver/x.txt"}) {
      Files.createDirectories(root.resolve(own).getParent());
      Files.writeString(root.resolve(own), "mine");
    }
    resume(5).close();
    assertThat(root.resolve("notes.jsonl")).hasContent("mine");
    assertThat(root.resolve("result/samples.jsonl")).hasContent("mine");
    assertThat(root.resolve("solver/solver/x.txt")).hasContent("mine");
  }

  @Test
  void aLogMustBearANameThatAResumeKnows() {
    try (RunDirectory run = create()) {
      assertThatThrownBy(() -> run.log("notes.jsonl"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("notes.jsonl");
    }
  }

  @Test
  void aLogShorterThanTheStateSaysIsRefused() throws IOException {
    try (RunDirectory run = create()) {
      run.log("metrics.jsonl").append(Json.object().put("step", 1));
      run.commit(StageId.base(), 1, true, Optional.empty(), new TreeMap<>());
    }
    Files.writeString(root.resolve("metrics.jsonl"), "");
    assertThatThrownBy(() -> resume(5)).hasMessageContaining("metrics.jsonl has 0 bytes");
  }

  @Test
  void theManifestHoldsConfigurationSeedAndHashes() {
    create().close();
    Manifest manifest = RunDirectory.readManifest(root);
    assertThat(manifest.configuration()).isEqualTo(configuration(5));
    assertThat(manifest.seed()).isEqualTo(1);
    assertThat(manifest.baseCheckpoint()).containsOnlyKeys("model.safetensors");
  }

  @Test
  void aTornLastLineIsDroppedAndATornMiddleLineIsNot() throws IOException {
    Path file = folder.resolve("log.jsonl");
    Files.writeString(file, "{\"a\":1}\n{\"a\":2}\n{\"a\"");
    assertThat(JsonLines.read(file)).hasSize(2);
    Files.writeString(file, "{\"a\":1}\n{\"a\n{\"a\":3}\n");
    assertThatThrownBy(() -> JsonLines.read(file)).hasMessageContaining("line 2");
    assertThat(JsonLines.read(folder.resolve("absent.jsonl"))).isEmpty();
  }

  @Test
  void timeAddsUpOverSessions() {
    double before;
    try (RunDirectory run = create()) {
      run.commit(StageId.base(), 1, true, Optional.empty(), new TreeMap<>());
      before = run.state().orElseThrow().wallSeconds();
      assertThat(before).isPositive();
    }
    try (RunDirectory run = resume(5)) {
      assertThat(run.wallSeconds()).isGreaterThan(before);
      assertThat(run.peakRssMb()).isPositive();
    }
  }
}
