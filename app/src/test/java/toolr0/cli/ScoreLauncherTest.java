package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toolr0.base.Json;
import toolr0.cli.Launcher.Result;
import toolr0.score.ScoreRole;
import tools.jackson.databind.node.ObjectNode;

final class ScoreLauncherTest {
  private static final String CALL =
      "[{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}]";
  private static final String ANSWER =
      "<think>Oslo.</think><tool_call_answer>" + CALL + "</tool_call_answer>";

  @TempDir private Path folder = Path.of("");
  private Launcher launcher = new Launcher(Path.of(""), Map.of());

  @BeforeEach
  void startInAnEmptyFolder() {
    launcher = new Launcher(folder, Map.of());
  }

  private static String line(Map<String, String> texts, Map<String, String> values) {
    ObjectNode node = Json.object();
    texts.forEach(node::put);
    values.forEach((name, json) -> node.set(name, Json.parse(json)));
    return Json.compact(node) + "\n";
  }

  private static List<ObjectNode> lines(String text) {
    return text.lines().map(Json::parseObject).toList();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void solverLinesAreScoredAndExplained() throws Exception {
    write(
        "in.jsonl",
        line(Map.of("completion", ANSWER), Map.of("gold_calls", CALL, "id", "\"a\""))
            + line(
                Map.of("completion", ANSWER),
                Map.of("gold_calls", CALL.replace("Oslo", "Bergen"))));
    Result result =
        launcher.run("score", "--role", "solver", "--preset", "paper", "in.jsonl", "out.jsonl");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
    List<ObjectNode> scored = lines(Files.readString(folder.resolve("out.jsonl")));
    assertThat(scored).extracting(l -> l.required("reward").asDouble()).containsExactly(2.0, 1.5);
    assertThat(scored.getFirst().required("id").asString()).isEqualTo("a");
    assertThat(scored.get(1).required("reasons").get(0).required("text").asString())
        .isEqualTo(
            "predicted call 1 (get_weather): argument \"city\" is \"Oslo\" instead of \"Bergen\"");
    assertThat(result.out())
        .startsWith("Configuration: preset paper" + System.lineSeparator())
        .contains(
            "Role solver, preset paper: 2 lines scored, 0 bad",
            "mean reward",
            "1.7500",
            "accuracy: wrong value",
            "50.0%",
            "Written: out.jsonl");
  }

  @ParameterizedTest
  @EnumSource(ScoreRole.class)
  void theExampleOfEveryRoleIsScored(ScoreRole role) throws Exception {
    Path example = Launcher.ROOT.resolve("examples/score/" + role.wireName() + ".jsonl");
    Result result = launcher.run("score", "--role", role.wireName(), example.toString(), "-");
    assertThat(result.code()).isZero();
    assertThat(lines(result.out())).hasSameSizeAs(Files.readAllLines(example));
    assertThat(result.err()).contains("0 bad", "reasons, by the number of lines");
  }

  /** Where there is a device that takes nothing, as Linux has. */
  @Test
  void anOutputThatTakesNothingIsToldInOneLine() throws Exception {
    Path full = Path.of("/dev/full");
    if (!Files.exists(full)) {
      return;
    }
    Path err = folder.resolve("err.txt");
    String example = Launcher.ROOT.resolve("examples/score/solver.jsonl").toString();
    int code = launcher.start(full, err, "score", "--role", "solver", example, "-").waitFor();
    assertThat(code).isEqualTo(ExitCode.ENVIRONMENT.code());
    assertThat(Files.readString(err))
        .contains("toolr0: standard output cannot be written")
        .doesNotContain("\tat ");
  }

  @Test
  void badLinesAreToldTheOthersWrittenAndTheExitCodeIsThree() throws Exception {
    write(
        "in.jsonl",
        "{\"completion\": 1}\n"
            + line(Map.of("response", ANSWER), Map.of("gold_calls", CALL))
            + "{broken\n");
    Result result =
        launcher.run(
            "score",
            "--role",
            "verify",
            "--set",
            "dataset.tau_verify_high=1",
            "in.jsonl",
            "out.jsonl");
    assertThat(result.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(result.err().lines().toList()).hasSize(2);
    assertThat(result.err())
        .contains(
            "toolr0: in.jsonl:1: the field \"responses\"",
            "toolr0: in.jsonl:3: expected a JSON object: ")
        .doesNotContain("\tat ");
    assertThat(lines(Files.readString(folder.resolve("out.jsonl"))))
        .hasSize(1)
        .allSatisfy(l -> assertThat(l.required("kept").asBoolean()).isTrue());
    assertThat(result.out()).contains("1 lines scored, 2 bad");
  }

  @Test
  void standardInputAndOutputAreDashes() throws Exception {
    String question = "What will the weather be in Oslo on Friday?";
    String tools =
        "[{\"name\": \"get_weather\", \"description\": \"weather of a city\", \"parameters\":"
            + " {\"city\": {\"type\": \"string\"}}, \"required\": [\"city\"]}]";
    String completion =
        "<question>"
            + question
            + "</question><available_tools>"
            + tools
            + "</available_tools><tool_call_answer>"
            + CALL
            + "</tool_call_answer>";
    Path in =
        write(
            "in.jsonl",
            line(
                Map.of("completion", completion),
                Map.of(
                    "spec",
                    "{\"domain\": \"weather\", \"context_type\": \"single_turn\","
                        + " \"num_tools\": 1, \"num_calls\": 1}")));
    Result candidate = launcher.reading(in).run("score", "--role", "candidate", "-", "-");
    assertThat(candidate.code()).isZero();
    assertThat(lines(candidate.out()))
        .singleElement()
        .satisfies(l -> assertThat(l.required("question").asString()).isEqualTo(question));
    assertThat(candidate.err()).contains("Role candidate, preset default: 1 lines scored, 0 bad");
    Result generator =
        launcher
            .reading(in)
            .run(
                "score",
                "--role",
                "generator",
                "--set",
                "reward.generator.format_weight=2",
                "-",
                "-");
    assertThat(lines(generator.out()).getFirst().required("reward").asDouble())
        .isEqualTo(2 + 1 + 0.5);
    assertThat(generator.err())
        .contains(
            "Configuration: "
                + Launcher.ROOT.resolve(ConfigOptions.DEFAULT_FILE)
                + ", --set reward.generator.format_weight=2");
  }

  @Test
  void thePresetAloneIsBareAndWithAFileLiesUnderItsKeys() throws Exception {
    write("run.yaml", "preset: paper\nreward:\n  solver:\n    format_weight: 3\n");
    write("in.jsonl", line(Map.of("completion", ANSWER), Map.of("gold_calls", CALL)));
    assertThat(reward("--preset", "default")).isEqualTo(2);
    assertThat(reward("--preset", "default", "--config", "run.yaml")).isEqualTo(4);
    assertThat(reward("--config", "run.yaml", "--set", "reward.solver.format_weight=5"))
        .isEqualTo(6);
  }

  private double reward(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("score", "--role", "solver"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("in.jsonl", "-"));
    Result result = launcher.run(arguments.toArray(String[]::new));
    assertThat(result.code()).isZero();
    return lines(result.out()).getFirst().required("reward").asDouble();
  }

  @Test
  void whatCannotBeDoneIsSaidAndTheOldFileStays() throws Exception {
    Path out = write("out.jsonl", "old\n");
    Result missing = launcher.run("score", "--role", "solver", "none.jsonl", "out.jsonl");
    assertThat(missing.code()).isEqualTo(ExitCode.INPUT.code());
    assertThat(missing.err()).isEqualTo("toolr0: none.jsonl: there is no such file\n");
    assertThat(out).hasContent("old\n");
    Result itself = launcher.run("score", "--role", "solver", "out.jsonl", "out.jsonl");
    assertThat(itself.code()).isEqualTo(ExitCode.USAGE.code());
    Result preset = launcher.run("score", "--role", "solver", "--preset", "papr", "a", "b");
    assertThat(preset.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(preset.err()).contains("papr", "default, paper");
    Result role = launcher.run("score", "--role", "teacher", "a", "b");
    assertThat(role.code()).isEqualTo(ExitCode.USAGE.code());
    Result key = launcher.run("score", "--role", "solver", "--set", "reward.solvr.x=1", "a", "b");
    assertThat(key.err()).contains("unknown key reward.solvr; did you mean reward.solver?");
  }

  @Test
  void theHelpNamesEveryRoleItsFieldsAndItsExample() throws Exception {
    Result help = launcher.run("score", "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("gold_calls", "exit code is then 3");
    for (ScoreRole role : ScoreRole.values()) {
      assertThat(help.out()).contains("examples/score/" + role.wireName() + ".jsonl");
    }
  }
}
