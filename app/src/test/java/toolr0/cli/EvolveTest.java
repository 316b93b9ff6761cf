package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import toolr0.base.Hashes;
import toolr0.base.Json;
import toolr0.cli.Launcher.Result;
import tools.jackson.databind.JsonNode;

/** The whole loop through the real launcher, with the embedded model and a few steps per stage. */
@Execution(ExecutionMode.CONCURRENT)
final class EvolveTest {
  private static final List<String> SMALL =
      List.of(
          "--set", "iterations=1",
          "--set", "reward.generator.difficulty_weight=1.5",
          "--set", "reward.solver.format_weight=0.5",
          "--set", "generator.max_steps=2",
          "--set", "generator.prompts_per_step=2",
          "--set", "generator.save_steps=1",
          "--set", "solver.max_steps=8",
          "--set", "solver.prompts_per_step=2",
          "--set", "solver.save_steps=2",
          "--set", "dataset.n_generate=100",
          "--set", "dataset.n_final=40",
          "--set", "dataset.chunk_size=50",
          "--set", "evaluation.limit=30");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /**
   * Of {@code metrics.jsonl}: the base's evaluation, two steps of the Generator and the dataset.
   */
  private static final int LINES_BEFORE_THE_SOLVER = 7;

  private static final String SOLVER = "iteration-1/solver/checkpoint/model.safetensors";

  @TempDir private static Path folder = Path.of("");
  private static Launcher launcher = new Launcher(Path.of(""), Map.of());
  private static Result whole = new Result(-1, "", "");

  @BeforeAll
  static void runOnceFromStartToEnd() throws Exception {
    launcher = new Launcher(folder, Map.of());
    whole = launcher.run(evolve("--run", "whole"));
  }

  private static String[] evolve(String... more) {
    List<String> arguments = new ArrayList<>(List.of("evolve"));
    arguments.addAll(SMALL);
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static Path run(String name) {
    return folder.resolve("runs").resolve(name);
  }

  @Test
  void theRunEndsWithAReportForPeopleAndOneForPrograms() throws IOException {
    assertThat(whole.err()).isEmpty();
    assertThat(whole.code()).isZero();
    assertThat(whole.out())
        .contains(
            "Run whole",
            "base evaluation",
            "1A generator",
            "1B dataset",
            "1C solver",
            "1D evaluation")
        .contains("asked", "answered", "exact match", "iteration 1", "Report: ");
    assertThat(run("whole").resolve("report.md")).content().contains("`pocket`, 30 tasks:");
    JsonNode report = Json.parse(Files.readString(run("whole").resolve("report.json")));
    for (String key :
        List.of(
            "base",
            "iterations",
            "final",
            "relative_gain",
            "wall_seconds",
            "peak_rss_mb",
            "seed")) {
      assertThat(report.has(key)).as(key).isTrue();
    }
    assertThat(report.required("iterations").size()).isEqualTo(1);
    assertThat(report.required("base").required("total").asInt()).isEqualTo(30);
    assertThat(report.required("final").propertyNames())
        .contains("exact_match", "ci_low", "ci_high", "categories");
  }

  @Test
  void theTrainedSolverIsACheckpointLikeAnyOther() throws Exception {
    String model = run("whole").resolve("iteration-1/solver/checkpoint").toString();
    Result evaluated = launcher.run("evaluate", "--model", model, "--limit", "20");
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.out()).contains("no tool", "of 20");
  }

  @Test
  void itsCompletionsEarnWhatTheyEarnedInTraining() throws Exception {
    for (String role : List.of("generator", "solver")) {
      Path file = run("whole").resolve("completions/iteration-1-" + role + ".jsonl");
      Result own = launcher.run("score", "--role", role, file.toString(), "own.jsonl");
      assertThat(own.err()).isEmpty();
      assertThat(own.code()).isZero();
      assertThat(own.out())
          .startsWith("Configuration: runs/whole/manifest.json" + System.lineSeparator());
      assertThat(rewards(folder.resolve("own.jsonl"))).isEqualTo(rewards(file));
      JsonNode first = Json.parse(Files.readAllLines(file).getFirst());
      String part = role.equals("generator") ? "spec" : "accuracy";
      assertThat(first.required("parts").required(part).isNumber()).isTrue();
      String config = Launcher.ROOT.resolve(ConfigOptions.DEFAULT_FILE).toString();
      Result other =
          launcher.run("score", "--role", role, "--config", config, file.toString(), "other.jsonl");
      assertThat(other.out()).startsWith("Configuration: " + config);
      assertThat(rewards(folder.resolve("other.jsonl"))).isNotEqualTo(rewards(file));
    }
  }

  @Test
  void aPlanOfARunThatGoesOnSaysHowMuchOfItIsDone() throws Exception {
    Result done = launcher.run("evolve", "--resume", "runs/whole", "--dry-run");
    assertThat(done.err()).isEmpty();
    assertThat(done.out()).contains("runs/whole has done all of this; nothing is left.");
    Result other =
        launcher.run(
            "evolve", "--resume", "runs/whole", "--dry-run", "--set", "evaluation.limit=-1");
    assertThat(other.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(other.err()).contains("evaluation.limit", "-1");
    Result less = launcher.run("evolve", "--resume", "runs/whole", "--set", "evaluation.limit=20");
    assertThat(less.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(less.err()).contains("was started with another configuration", "evaluation.limit");
  }

  private static List<JsonNode> rewards(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> Json.parse(line).required("reward"))
        .toList();
  }

  @Test
  void aRunThatIsKilledTwiceEndsWithTheSameWeights() throws Exception {
    Path metrics = run("killed").resolve("metrics.jsonl");
    Process process = start("killed");
    waitForLines(metrics, 3, process);
    process.destroyForcibly().waitFor();
    Launcher otherThreads = new Launcher(folder, Map.of("OMP_NUM_THREADS", "1"));
    Process again =
        otherThreads.start(
            folder.resolve("killed.out"),
            folder.resolve("killed.err"),
            "evolve",
            "--resume",
            run("killed").toString());
    waitForLines(metrics, LINES_BEFORE_THE_SOLVER + 3, again);
    again.destroyForcibly().waitFor();
    Result resumed = otherThreads.run("evolve", "--resume", run("killed").toString());
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out()).contains("goes on", "Report: ");
    assertThat(table(resumed)).isEqualTo(table(whole));
    assertThat(Hashes.sha256(run("killed").resolve(SOLVER)))
        .isEqualTo(Hashes.sha256(run("whole").resolve(SOLVER)));
  }

  /** The final table: from its head to the line of the gain. */
  private static List<String> table(Result result) {
    List<String> lines = result.out().lines().toList();
    int head =
        lines.indexOf(
            lines.stream()
                .filter(l -> l.matches(" +exact match +base.*"))
                .findFirst()
                .orElseThrow());
    List<String> table = lines.subList(head, lines.size() - 2);
    assertThat(table.getFirst()).contains("base", "iteration 1");
    assertThat(table.getLast()).contains("relative gain", "brackets: 95% interval");
    return table;
  }

  @Test
  void aFinishedRunSaysSoAndShowsItsTableAgain() throws Exception {
    Path copy = copyOfWhole("finished");
    String report = Files.readString(copy.resolve("report.json"));
    Result again = launcher.run("evolve", "--resume", copy.toString());
    assertThat(again.err()).isEmpty();
    assertThat(again.code()).isZero();
    assertThat(again.out())
        .startsWith("Run finished is finished; nothing is left to do.")
        .endsWith("Report: " + copy.resolve("report.md") + System.lineSeparator());
    assertThat(table(again)).isEqualTo(table(whole));
    assertThat(copy.resolve("report.json")).hasContent(report.replace("whole", "finished"));
  }

  @Test
  void aRunWhoseStateIsLostIsNotStartedOver() throws Exception {
    Path copy = copyOfWhole("lost");
    Files.delete(copy.resolve("state.json"));
    Result refused = launcher.run("evolve", "--resume", copy.toString());
    assertThat(refused.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(refused.err()).contains(copy.resolve("state.json") + " is missing");
    assertThat(Hashes.sha256(copy.resolve(SOLVER)))
        .isEqualTo(Hashes.sha256(run("whole").resolve(SOLVER)));
    assertThat(copy.resolve("metrics.jsonl"))
        .hasSameTextualContentAs(run("whole").resolve("metrics.jsonl"));
  }

  private static Path copyOfWhole(String name) throws IOException {
    try (Stream<Path> files = Files.walk(run("whole"))) {
      for (Path file : files.toList()) {
        Path target = run(name).resolve(run("whole").relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return run(name);
  }

  @Test
  void adaptersAreTrainedEvaluatedAndMerged() throws Exception {
    Result result =
        launcher.run(
            evolve(
                "--run",
                "adapters",
                "--set",
                "generator.lora_r=4",
                "--set",
                "solver.lora_r=4",
                "--set",
                "solver.gradient_checkpointing=true",
                "--set",
                "solver.learning_rate=0.01",
                "--set",
                "solver.beta=0.01"));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    Path solver = run("adapters").resolve("iteration-1/solver/checkpoint");
    assertThat(solver)
        .isDirectoryContaining("glob:**/adapter_config.json")
        .isDirectoryContaining("glob:**/adapter_model.safetensors")
        .isDirectoryContaining("glob:**/optimizer.safetensors")
        .isDirectoryNotContaining("glob:**/model.safetensors");
    Result exported = launcher.run("export", "--model", solver.toString(), "--out", "merged");
    assertThat(exported.err()).isEmpty();
    assertThat(exported.code()).isZero();
    List<String> adapters = answers(solver.toString());
    assertThat(answers("merged")).isEqualTo(adapters);
    assertThat(answers(Launcher.ROOT.resolve("models/pocket").toString())).isNotEqualTo(adapters);
    for (String from : List.of(solver.toString(), "merged")) {
      String to = from.equals("merged") ? "second/file" : "first/file";
      assertThat(launcher.run("export", "--format", "gguf", "--model", from, "--out", to).code())
          .isZero();
    }
    assertThat(folder.resolve("first/file/model.gguf"))
        .hasSameBinaryContentAs(folder.resolve("second/file/model.gguf"));
    Result again = launcher.run("export", "--model", solver.toString(), "--out", "merged");
    assertThat(again.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(again.err()).contains("merged is there already");
  }

  private static String[] dryRunOf(String model, int solverRank) {
    return new String[] {
      "evolve",
      "--dry-run",
      "--set",
      "model=" + model,
      "--set",
      "generator.lora_r=4",
      "--set",
      "solver.lora_r=" + solverRank
    };
  }

  /** What a model says to the benchmark's first tasks. */
  private static List<String> answers(String model) throws Exception {
    String out = "answers-" + Path.of(model).toAbsolutePath().toString().hashCode();
    Result result = launcher.run("evaluate", "--model", model, "--limit", "20", "--out", out);
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    List<String> answers =
        Files.readAllLines(folder.resolve(out).resolve("samples.jsonl")).stream()
            .map(line -> Json.parse(line).required("output").asString())
            .toList();
    assertThat(answers).hasSize(20);
    return answers;
  }

  @Test
  void aRunOfAdaptersThatHasMovedWithItsModelGoesOn() throws Exception {
    Path old = Files.createDirectory(folder.resolve("old"));
    Path model = Files.createDirectories(old.resolve("models/mine"));
    try (Stream<Path> files = Files.list(Launcher.ROOT.resolve("models/pocket"))) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    String[] arguments =
        evolve(
            "--run",
            "moved",
            "--set",
            "model=models/mine",
            "--set",
            "generator.lora_r=4",
            "--set",
            "solver.lora_r=4");
    Process process =
        new Launcher(old, Map.of())
            .start(old.resolve("out.txt"), old.resolve("err.txt"), arguments);
    String generator = "runs/moved/iteration-1/generator/checkpoint/adapter_config.json";
    waitForLines(old.resolve(generator), 1, process);
    process.destroyForcibly().waitFor();
    Path now = folder.resolve("now");
    Files.move(old, now);
    Result resumed = new Launcher(now, Map.of()).run("evolve", "--resume", "runs/moved");
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.code()).isZero();
    Path solver = now.resolve("runs/moved/iteration-1/solver/checkpoint");
    assertThat(solver).isDirectoryContaining("glob:**/adapter_config.json");

    Path plain = Files.createDirectory(now.resolve("plain"));
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(solver.resolve(name), plain.resolve(name));
    }
    Launcher there = new Launcher(now, Map.of());
    Result whole = there.run("evolve", "--dry-run", "--set", "model=plain");
    assertThat(whole.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(whole.err()).contains("generator: plain holds adapters", "set lora_r to 4");
    Result other = there.run(dryRunOf("plain", 8));
    assertThat(other.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(other.err()).contains("solver: plain holds adapters with lora_r 4");
    Result planned = there.run(dryRunOf("plain", 4));
    assertThat(planned.err()).isEmpty();
    assertThat(planned.code()).isZero();

    Path weights = now.resolve("models/mine/model.safetensors");
    byte[] others = Files.readAllBytes(weights);
    others[others.length - 4] ^= 1;
    Files.write(weights, others);
    Result misfit = there.run(dryRunOf("plain", 4));
    assertThat(misfit.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(misfit.err())
        .contains("plain/adapter_model.safetensors", "were trained on another model")
        .doesNotContain("\tat ");
  }

  @Test
  void ctrlCStopsWhereTheRunCanBeResumed() throws Exception {
    Process process = start("stopped");
    waitForLines(run("stopped").resolve("metrics.jsonl"), 1, process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
    assertThat(Files.readString(folder.resolve("stopped.out")))
        .contains("Stopping after the step in progress", "./toolr0 evolve --resume runs/stopped");
  }

  @Test
  void aRunInUseIsNotEnteredTwice() throws Exception {
    Process process = start("busy");
    waitForLines(run("busy").resolve("sessions.jsonl"), 1, process);
    Result second = launcher.run("evolve", "--resume", run("busy").toString());
    process.destroyForcibly().waitFor();
    assertThat(second.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(second.err()).contains(run("busy").toString(), "in use");
  }

  @Test
  void aRunIsMeasuredOnTheEmbeddedBenchmarkAlone() throws Exception {
    Result other = launcher.run("evolve", "--dry-run", "--set", "evaluation.benchmark=bfcl");
    assertThat(other.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(other.err()).contains("no benchmark \"bfcl\"; there are: pocket", "evaluate");
  }

  @Test
  void aNameIsNotUsedTwice() throws Exception {
    Result second = launcher.run(evolve("--run", "whole"));
    assertThat(second.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(second.err()).contains("whole holds a run already", "--resume", "--run NAME");
  }

  @Test
  void aChangedConfigurationIsNotResumed() throws Exception {
    Result resumed =
        launcher.run("evolve", "--resume", run("whole").toString(), "--set", "solver.max_steps=9");
    assertThat(resumed.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(resumed.err()).contains("another configuration", "solver.max_steps", "9");
  }

  private static Process start(String name) throws IOException {
    return launcher.start(
        folder.resolve(name + ".out"), folder.resolve(name + ".err"), evolve("--run", name));
  }

  static void waitForLines(Path file, int lines, Process process)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file) || Files.readAllLines(file).size() < lines) {
      assertThat(process.isAlive())
          .as("the run goes on until " + file + " has " + lines + " lines")
          .isTrue();
      assertThat(System.nanoTime()).as("time").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
