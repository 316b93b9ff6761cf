package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.cli.Launcher.Result;
import tools.jackson.databind.JsonNode;

@Execution(ExecutionMode.CONCURRENT)
final class LauncherTest {
  @TempDir private Path folder = Path.of("");
  private Launcher launcher = new Launcher(Path.of(""), Map.of());

  @BeforeEach
  void startInAnEmptyFolder() {
    launcher = new Launcher(folder, Map.of());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void helpTeachesWithExamples() throws Exception {
    Result top = launcher.run("--help");
    assertThat(top.code()).isZero();
    assertThat(top.out())
        .contains(
            "evolve", "evaluate", "call", "pretrain", "export", "doctor", "bench", "Exit codes");
    Result evolve = launcher.run("evolve", "--help");
    assertThat(evolve.code()).isZero();
    assertThat(evolve.out())
        .contains("--resume", "--dry-run", "Examples:", "./toolr0 evolve --run first --seed 2");
  }

  @Test
  void aMisspeltCommandOrOptionIsBadUsage() throws Exception {
    Result command = launcher.run("evolv");
    assertThat(command.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(command.err()).contains("evolv", "Did you mean: toolr0 evolve");
    Result option = launcher.run("evolve", "--resum", "x");
    assertThat(option.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(option.err()).contains("--resum").doesNotContain("\tat ");
  }

  @Test
  void anUnknownKeyNamesFileAndLineAndWhatWasMeant() throws Exception {
    Path config = write("mine.yaml", "seed: 3\nsolver:\n  max_step: 4\n");
    Result result = launcher.run("evolve", "--config", config.toString());
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(result.err())
        .isEqualTo(
            "toolr0: "
                + config
                + ":3: unknown key solver.max_step; did you mean solver.max_steps?\n");
  }

  @Test
  void aValueOutOfRangeNamesTheOption() throws Exception {
    Result result = launcher.run("evolve", "--dry-run", "--set", "solver.num_generations=1");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(result.err())
        .contains(
            "--set solver.num_generations=1: solver.num_generations is 1, but it must be at least 2");
  }

  @Test
  void aMissingModelSaysWhatAFolderHolds() throws Exception {
    Result result = launcher.run("evaluate", "--model", "no/such/model");
    assertThat(result.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(result.err())
        .contains("no/such/model: there is no such folder", "config.json", "model.safetensors")
        .doesNotContain("\tat ");
  }

  @Test
  void aPublishedBenchmarkIsReadFromItsFolder() throws Exception {
    String model = Launcher.ROOT.resolve("models/pocket").toString();
    Result unknown = launcher.run("evaluate", "--model", model, "--benchmark", "pocket,bfcll");
    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(unknown.err()).contains("there is no benchmark \"bfcll\"", "pocket", "bfcl");
    Result without = launcher.run("evaluate", "--model", model, "--benchmark", "bfcl");
    assertThat(without.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(without.err()).contains("--benchmark bfcl needs its published files", "--data DIR");
    Result missing =
        launcher.run(
            "evaluate", "--model", model, "--benchmark", "snips", "--data", folder.toString());
    assertThat(missing.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(missing.err())
        .contains(folder.resolve("snips").toString(), "there is no such", "--data")
        .doesNotContain("\tat ");
  }

  @Test
  void aToolsFileThatIsNoListOfToolsSaysWhatOneLooksLike() throws Exception {
    Path text = write("tools.json", "\"just a text\"");
    Result result = launcher.run("call", "--model", "m", "--tools", text.toString(), "hello");
    assertThat(result.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(result.err()).contains(text + ": not a list of tools; expected a JSON list such as");
    Path broken = write("broken.json", "[{\"name\": ]");
    Result notJson = launcher.run("call", "--model", "m", "--tools", broken.toString(), "hello");
    assertThat(notJson.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(notJson.err()).contains(broken + ": not JSON:", "line 1");
    Result missing = launcher.run("call", "--model", "m", "--tools", "none.json", "hello");
    assertThat(missing.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(missing.err()).contains("none.json: there is no such file");
  }

  @Test
  void theFirstExampleOfCallIsAnsweredWithACallThatFits() throws Exception {
    Result help = launcher.run("call", "--help");
    Matcher example =
        Pattern.compile("call --model (\\S+) --tools (examples/\\S+) \\\\\\s+\"([^\"]+)\"")
            .matcher(help.out());
    assertThat(example.find()).as("an example in the help").isTrue();
    Result result =
        new Launcher(Launcher.ROOT, Map.of())
            .run(
                "call", "--model", example.group(1), "--tools", example.group(2), example.group(3));
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    JsonNode calls = Json.parse(result.out());
    assertThat(calls.isEmpty()).isFalse();
    for (JsonNode call : calls.values()) {
      for (JsonNode value : call.required("arguments").values()) {
        assertThat(example.group(3)).contains(value.asString());
      }
    }
  }

  @Test
  void aQuestionIsAnsweredWithCallsAsJson() throws Exception {
    Path tools =
        write(
            "tools.json",
            """
            [{"name": "cancel_meal", "description": "cancel meal",
              "parameters": {"code": {"type": "string"}}, "required": ["code"]},
             {"name": "send_pizza", "description": "send pizza",
              "parameters": {"street": {"type": "string"}}, "required": ["street"]}]
            """);
    Result result =
        launcher.run(
            "call",
            "--model",
            Launcher.ROOT.resolve("models/pocket").toString(),
            "--tools",
            tools.toString(),
            "Please send my pizza with street Norbay.");
    assertThat(result.code()).isZero();
    assertThat(Json.parse(result.out()).isArray()).isTrue();
    assertThat(result.err()).isEmpty();
  }

  @Test
  void aDryRunPrintsThePlanAndDoesNothing() throws Exception {
    Result result = launcher.run("evolve", "--dry-run", "--set", "solver.max_steps=7");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("max_steps: 7", "GB", "tokens", "min");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDryRunRefusesWhatAStartRefuses() throws Exception {
    Path taken = Files.createDirectories(folder.resolve("runs/taken"));
    Files.writeString(taken.resolve("manifest.json"), "{}");
    Path file = write("file", "mine");
    for (List<String> dry : List.of(List.of("--dry-run"), List.<String>of())) {
      Result name = evolve(dry, "--run", "taken");
      assertThat(name.code()).isEqualTo(ExitCode.USAGE.code());
      assertThat(name.err()).contains("taken holds a run already", "--run NAME");
      Result runs = evolve(dry, "--runs", file.toString());
      assertThat(runs.code()).isEqualTo(ExitCode.USAGE.code());
      assertThat(runs.err())
          .isEqualTo(
              "toolr0: --runs " + file + " is a file; name a folder, which may be a new one\n");
      Result length =
          evolve(
              dry,
              "--set",
              "solver.max_completion_length=1000",
              "--set",
              "generator.max_completion_length=1024");
      assertThat(length.code()).isEqualTo(ExitCode.USAGE.code());
      assertThat(length.err())
          .contains(
              "does not fit the model",
              "generator.max_completion_length is 1024, but it must be at most ",
              "solver.max_completion_length is 1000, but it must be at most ",
              "the model's context holds 1024 tokens")
          .doesNotContain("probe.", "\tat ");
    }
    assertThat(folder.resolve("runs")).isDirectoryNotContaining(f -> !f.equals(taken));
    assertThat(taken).isDirectoryNotContaining(f -> !f.endsWith("manifest.json"));
    assertThat(file).hasContent("mine");
  }

  @Test
  void aRunThatTheMachineCannotHoldIsRefusedBeforeItStarts() throws Exception {
    for (List<String> dry : List.of(List.of("--dry-run"), List.<String>of())) {
      Result refused =
          evolve(
              dry,
              "--set",
              "solver.prompts_per_step=100000",
              "--set",
              "solver.tokens_per_micro_batch=1000000000");
      assertThat(refused.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      assertThat(refused.err())
          .contains("this needs about ", "the machine has", "tokens_per_micro_batch")
          .doesNotContain("\tat ");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aStepThatCannotBeMadeIsBadUsage() throws Exception {
    String model = Launcher.ROOT.resolve("models/pocket").toString();
    for (String option :
        List.of(
            "--lm-head-chunk-mb=0",
            "--group=0",
            "--prompt-tokens=-1",
            "--completion-tokens=0",
            "--lora-r=-2",
            "--optim=sgd")) {
      Result wrong = launcher.run("bench", "--model", model, "--step", option);
      assertThat(wrong.code()).as(option).isEqualTo(ExitCode.USAGE.code());
      String name = option.substring(2, option.indexOf('='));
      assertThat(wrong.err().replace('_', '-')).contains(name + " is ");
    }
    Result without = launcher.run("bench", "--model", model, "--group", "8", "--lora-r", "4");
    assertThat(without.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(without.err()).contains("--group, --lora-r: for the step alone; add --step");
  }

  @Test
  void anExportThatCouldNotBeWrittenIsNotBegun() throws Exception {
    String model = Launcher.ROOT.resolve("models/pocket").toString();
    Path file = write("file", "mine");
    for (String out : List.of(file + "/deeper", "/proc/no/such")) {
      Result refused = launcher.run("export", "--model", model, "--out", out);
      assertThat(refused.code()).as(out).isEqualTo(ExitCode.USAGE.code());
      assertThat(refused.err()).contains("--out " + out);
    }
    assertThat(file).hasContent("mine");
  }

  private Result evolve(List<String> first, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("evolve"));
    arguments.addAll(first);
    arguments.addAll(List.of(more));
    return launcher.run(arguments.toArray(String[]::new));
  }

  @Test
  void aWrongValueOfAnOptionSaysWhatFitsInTheWordsOfTheOption() throws Exception {
    Result role = launcher.run("score", "--role", "solvr", "in", "out");
    assertThat(role.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(role.err())
        .contains(
            "'--role'",
            "expected one of solver, generator, candidate, verify, found \"solvr\" (did you mean"
                + " solver?)");
    Result seed = launcher.run("evolve", "--seed", "abc");
    assertThat(seed.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(seed.err()).contains("'--seed'", "expected a whole number, found \"abc\"");
    Path file = write("weights", "");
    Result model = launcher.run("evaluate", "--model", file.toString());
    assertThat(model.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(model.err()).contains(file + ": it is a file; give the folder");
  }

  @Test
  void anEvaluationThatCouldNotBeWrittenIsNotBegun() throws Exception {
    String model = Launcher.ROOT.resolve("models/pocket").toString();
    Path file = write("file", "mine");
    for (String out : List.of(file.toString(), file + "/deeper", "/proc/no/such")) {
      Result refused = launcher.run("evaluate", "--model", model, "--out", out);
      assertThat(refused.code()).as(out).isEqualTo(ExitCode.USAGE.code());
      assertThat(refused.err()).contains("--out " + out, "name a");
      assertThat(refused.out()).isEmpty();
    }
    assertThat(file).hasContent("mine");
  }

  @Test
  void anEvaluationThatIsStoppedGoesOnWithTheSameCommand() throws Exception {
    Result whole = launcher.run(evaluation("whole"));
    assertThat(whole.err()).isEmpty();
    assertThat(whole.code()).isZero();
    assertThat(folder.resolve("whole/replies.jsonl")).doesNotExist();
    Path replies = folder.resolve("stopped/replies.jsonl");
    Process process =
        launcher.start(folder.resolve("out.txt"), folder.resolve("err.txt"), evaluation("stopped"));
    EvolveTest.waitForLines(replies, 5, process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
    int kept = Files.readAllLines(replies).size() - 1;
    assertThat(kept).isBetween(4, 99);
    assertThat(Files.readString(folder.resolve("out.txt")))
        .contains(
            "Stopped; finished benchmarks: 0 of 1. "
                + kept
                + " answers are kept in stopped/replies.jsonl");
    Result other =
        launcher.run(evaluation("stopped", "--set", "evaluation.max_completion_length=50"));
    assertThat(other.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(other.err()).contains("max_completion_length: 160 -> 50");
    Result resumed = launcher.run(evaluation("stopped"));
    assertThat(resumed.err()).isEmpty();
    assertThat(resumed.code()).isZero();
    assertThat(resumed.out())
        .startsWith("Going on with an evaluation that was stopped: " + kept + " answers are in");
    assertThat(folder.resolve("stopped/samples.jsonl"))
        .hasSameTextualContentAs(folder.resolve("whole/samples.jsonl"));
    assertThat(replies).doesNotExist();
  }

  private static String[] evaluation(String out, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model",
                Launcher.ROOT.resolve("models/pocket").toString(),
                "--limit",
                "100",
                "--set",
                "evaluation.batch_size=4",
                "--out",
                out));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void ctrlCEndsACommandThatComputesOnAllCores() throws Exception {
    Path out = folder.resolve("bench.txt");
    Path err = folder.resolve("bench-err.txt");
    Process process =
        launcher.start(
            out, err, "bench", "--model", Launcher.ROOT.resolve("models/pocket").toString());
    EvolveTest.waitForLines(out, 2, process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
    assertThat(Files.readString(err)).isEmpty();
  }

  @Test
  void pretrainingThatIsStoppedSaysThatNothingIsWritten() throws Exception {
    Path out = folder.resolve("out.txt");
    Process process =
        launcher.start(
            out, folder.resolve("err.txt"), "pretrain", "--out", "small", "--steps", "2000");
    EvolveTest.waitForLines(out, 1, process);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
    assertThat(Files.readString(out)).contains("Stopped; nothing is written");
    assertThat(folder.resolve("small")).doesNotExist();
  }

  @Test
  void pretrainingMakesACheckpointThatCanBeMeasured() throws Exception {
    Result made = launcher.run("pretrain", "--out", "small", "--steps", "2");
    assertThat(made.code()).isZero();
    assertThat(made.out()).contains("step 2/2", "Written: small");
    assertThat(folder.resolve("small"))
        .isDirectoryContaining("glob:**/model.safetensors")
        .isDirectoryContaining("glob:**/tokenizer.json")
        .isDirectoryContaining("glob:**/README.md");
    Result evaluated =
        launcher.run(
            "evaluate", "--model", "small", "--set", "evaluation.limit=5", "--out", "result");
    assertThat(evaluated.err()).isEmpty();
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.out()).contains("of 5");
    Result fewer =
        launcher.run("evaluate", "--model", "small", "--set", "evaluation.limit=5", "--limit", "3");
    assertThat(fewer.out()).contains("of 3");
    assertThat(folder.resolve("result/samples.jsonl")).isNotEmptyFile();
    assertThat(folder.resolve("result/report.md")).content().contains("## pocket");
  }

  @Test
  void pretrainingDeletesNothingThatItDidNotWrite() throws Exception {
    Path thesis = Files.writeString(folder.resolve("thesis.txt"), "years of work");
    Result full = launcher.run("pretrain", "--steps", "1", "--out", folder.toString());
    assertThat(full.code()).isEqualTo(2);
    assertThat(full.err()).contains("thesis.txt", "name an empty or a new folder");
    Result file = launcher.run("pretrain", "--steps", "1", "--out", thesis.toString());
    assertThat(file.code()).isEqualTo(2);
    assertThat(file.err()).contains("thesis.txt is a file");
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    Result shorter = launcher.run("pretrain", "--steps", "1", "--out", model.toString());
    assertThat(shorter.code()).isEqualTo(2);
    assertThat(shorter.err()).contains("holds a checkpoint", "name another folder");
    assertThat(thesis).hasContent("years of work");
    assertThat(model.resolve("config.json")).hasContent("{}");
  }

  @Test
  void aRunToResumeMustBeOne() throws Exception {
    Result result = launcher.run("evolve", "--resume", folder.toString());
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(result.err()).contains(folder + " holds no run");
    Result both = launcher.run("evolve", "--resume", "a", "--run", "b");
    assertThat(both.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(both.err()).contains("give one of the two");
  }

  @Test
  void anOldJdkIsAnEnvironmentErrorThatNamesIt() throws Exception {
    Path java = Files.createDirectories(folder.resolve("jdk-17/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"17.0.2\"' >&2\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path home = folder.resolve("jdk-17");
    Result result = new Launcher(folder, Map.of("TOOLR0_JAVA", home.toString())).run("doctor");
    assertThat(result.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
    assertThat(result.err())
        .isEqualTo(
            "toolr0: TOOLR0_JAVA is "
                + home
                + ", which is Java 17; toolr0 needs a JDK 25 or newer\n");
  }

  @Test
  void aMachineWithoutMavenOrWithAnOldOneIsToldSo() throws Exception {
    Path copy = Files.createDirectories(folder.resolve("clone"));
    Files.copy(
        Launcher.ROOT.resolve("toolr0"),
        copy.resolve("toolr0"),
        StandardCopyOption.COPY_ATTRIBUTES);
    for (String module : List.of(".", "core", "torch", "app")) {
      Files.createDirectories(copy.resolve(module).resolve("src/main"));
      Files.createFile(copy.resolve(module).resolve("pom.xml"));
    }
    Files.createDirectories(copy.resolve(".mvn"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool :
        List.of(
            "bash",
            "env",
            "sed",
            "readlink",
            "dirname",
            "cat",
            "find",
            "grep",
            "cksum",
            "sort",
            "head",
            "mkdir",
            "rm")) {
      Files.createSymbolicLink(bin.resolve(tool), find(tool));
    }
    Map<String, String> environment =
        Map.of("PATH", bin.toString(), "TOOLR0_JAVA", System.getProperty("java.home"));
    Result without = new Launcher(copy, environment).runCopy(copy.resolve("toolr0"), "doctor");
    assertThat(without.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
    assertThat(without.err()).contains("there is no mvn on the PATH; install Maven 3.8 or newer");
    Path mvn = bin.resolve("mvn");
    Files.writeString(mvn, "#!/usr/bin/env bash\necho 'Apache Maven 3.6.3 (abc)'\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    Result old = new Launcher(copy, environment).runCopy(copy.resolve("toolr0"), "doctor");
    assertThat(old.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
    assertThat(old.err()).contains("is Maven 3.6.3; toolr0 needs Maven 3.8 or newer");
    Files.writeString(
        mvn,
        "#!/usr/bin/env bash\n[ \"$1\" = -version ] && echo 'Apache Maven 3.9.9 (abc)' && exit\nexit 1\n");
    Result broken = new Launcher(copy, environment).runCopy(copy.resolve("toolr0"), "doctor");
    assertThat(broken.code()).isEqualTo(ExitCode.INTERNAL.code());
    assertThat(broken.err())
        .contains("Libraries that are not in Maven's local repository yet come from Maven Central")
        .contains("the build failed; its whole output is in");
  }

  private static Path find(String tool) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Path candidate = Path.of(folder, tool);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException(tool + " is not on the PATH");
  }

  @Test
  void classesComeFromTheCacheThatTheLauncherMakes() throws Exception {
    Path log = folder.resolve("classes.log");
    assertVersion("-Xlog:class+load:file=" + log);
    assertThat(Files.readString(log)).contains("toolr0.cli.Main source: shared objects file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:-UseCompressedOops", "-Xshare:off", "-XX:AOTMode=off"})
  void aJvmThatCannotUseTheCacheStartsWithoutAWord(String options) throws Exception {
    assertVersion(options);
  }

  private void assertVersion(String options) throws Exception {
    Result result = new Launcher(folder, Map.of("TOOLR0_JAVA_OPTS", options)).run("--version");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("toolr0 0.1.0\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void theMachineIsExamined() throws Exception {
    Result result = launcher.run("doctor");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("JDK", "native library", "memory", "toolr0 can run here.");
  }
}
