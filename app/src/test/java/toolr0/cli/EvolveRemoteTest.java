package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import toolr0.base.Hashes;
import toolr0.base.Json;
import toolr0.cli.Launcher.Result;
import toolr0.remote.FakeEndpoint;
import toolr0.remote.PocketEndpoint;
import tools.jackson.databind.JsonNode;

/**
 * The loop through the real launcher, with the embedded model behind endpoints for all that the
 * run's own checkpoints are asked otherwise.
 */
@Execution(ExecutionMode.CONCURRENT)
final class EvolveRemoteTest {
  private static final String KEY = "sk-0123456789abcdef";
  private static final long PATIENCE_SECONDS = 300;

  /** Longest time that a list of models is waited for. */
  private static final long LISTING_SECONDS = 60;

  private static final List<String> SMALL =
      List.of(
          "iterations=1",
          "generator.max_steps=2",
          "generator.prompts_per_step=2",
          "generator.num_generations=3",
          "probe.k_solver_samples=4",
          "solver.max_steps=1",
          "solver.prompts_per_step=2",
          "dataset.n_generate=16",
          "dataset.n_final=8",
          "dataset.chunk_size=8",
          "dataset.k_verify=4",
          "evaluation.limit=30",
          "evaluation.max_completion_length=8",
          "dataset.tau_verify=0",
          "dataset.tau_verify_high=1",
          "remote.completions_per_request=3");
  private static final List<String> ROLES = List.of("probe", "judge", "verification", "candidates");

  @TempDir private static Path folder = Path.of("");
  private static Launcher launcher = new Launcher(Path.of(""), Map.of());
  private static PocketEndpoint pocket = model();
  private static Result whole = new Result(-1, "", "");
  private static int answered;

  private static PocketEndpoint model() {
    return new PocketEndpoint(Launcher.ROOT.resolve("models/pocket"));
  }

  @BeforeAll
  static void runOnceWithTwoEndpointsOfWhichOneFailsNowAndThen() throws Exception {
    launcher = new Launcher(folder, Map.of("POCKET_KEY", KEY));
    try (FakeEndpoint good = new FakeEndpoint(pocket::answer);
        FakeEndpoint flaky =
            new FakeEndpoint(
                exchange -> {
                  if (exchange.number() % 10 == 3) {
                    exchange.drop();
                  } else {
                    pocket.answer(exchange);
                  }
                })) {
      whole = launcher.run(evolve("whole", good.address(), flaky.address() + "/v1"));
      answered = good.requests().size() + flaky.requests().size();
      assertThat(good.headers("Authorization")).containsOnly("Bearer " + KEY);
    }
  }

  @AfterAll
  static void closeTheModel() {
    pocket.close();
  }

  private static String[] evolve(String name, String... endpoints) {
    List<String> arguments = new ArrayList<>(List.of("evolve", "--run", name));
    SMALL.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    arguments.addAll(remote(endpoints));
    return arguments.toArray(String[]::new);
  }

  private static List<String> remote(String... endpoints) {
    List<String> arguments = new ArrayList<>();
    for (String role : ROLES) {
      for (String setting :
          List.of(
              "endpoints=[" + String.join(", ", endpoints) + "]",
              "model=tiny",
              "api_key_variable=POCKET_KEY")) {
        arguments.addAll(List.of("--set", "remote." + role + "." + setting));
      }
    }
    return arguments;
  }

  private static Path run(String name) {
    return folder.resolve("runs").resolve(name);
  }

  private static String weights(String name) throws IOException {
    return Hashes.sha256(run(name).resolve("iteration-1/solver/checkpoint/model.safetensors"));
  }

  private static List<JsonNode> lines(String name, String file) throws IOException {
    return Files.readAllLines(run(name).resolve(file)).stream().map(Json::parse).toList();
  }

  @Test
  void theRunEndsAndSaysWhoWasAskedWhatAndHowThatWent() throws IOException {
    assertThat(whole.err()).isEmpty();
    assertThat(whole.code()).isZero();
    assertThat(whole.out())
        .contains("; probe: tiny at http://127.0.0.1:", "; judge: tiny at http://127.0.0.1:")
        .contains("; candidates: tiny at http://", "; verification: tiny at http://")
        .contains("note: ", "rests (", "the other endpoints get its requests", " requests");
    List<JsonNode> metrics = lines("whole", "metrics.jsonl");
    double requests = 0;
    double retries = 0;
    Set<String> roles = new TreeSet<>();
    for (JsonNode line : metrics) {
      requests += line.path("remote/requests").asDouble(0);
      for (String role : ROLES) {
        if (line.has("remote/" + role + "/requests")) {
          roles.add(role);
          retries += line.required("remote/" + role + "/retries").asDouble();
          assertThat(line.required("remote/" + role + "/latency_mean").asDouble())
              .isPositive()
              .isLessThanOrEqualTo(line.required("remote/" + role + "/latency_max").asDouble());
          assertThat(line.required("remote/" + role + "/completion_tokens").asDouble())
              .isPositive();
        }
      }
    }
    assertThat(roles).containsExactlyInAnyOrderElementsOf(ROLES);
    assertThat(requests).isEqualTo(answered);
    assertThat(retries).isPositive();
    assertThat(lines("whole", "events.jsonl"))
        .anyMatch(line -> line.required("type").asString().equals("noted"));
  }

  @Test
  void theKeyIsInNoFile() throws IOException {
    try (Stream<Path> files = Files.walk(run("whole"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(KEY);
      }
    }
    assertThat(whole.out() + whole.err()).doesNotContain(KEY);
    assertThat(Files.readString(run("whole").resolve("manifest.json")))
        .contains("POCKET_KEY", "tiny");
  }

  @Test
  void aRunWhoseServerGoesAwayIsResumedWithAnotherAndEndsWithTheSameWeights() throws Exception {
    try (FakeEndpoint mortal =
            new FakeEndpoint(
                exchange -> {
                  if (exchange.number() <= answered / 2) {
                    pocket.answer(exchange);
                  } else {
                    exchange.error(401, "the key has expired", "invalid_api_key");
                  }
                });
        FakeEndpoint other = new FakeEndpoint(pocket::answer)) {
      Result first = launcher.run(evolve("moved", mortal.address()));
      assertThat(first.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      assertThat(first.err())
          .contains(mortal.address() + "/v1 refuses access", "POCKET_KEY", "Nothing is lost")
          .contains("./toolr0 evolve --resume runs/moved")
          .doesNotContain(KEY, "\tat ");
      List<String> resume = new ArrayList<>(List.of("evolve", "--resume", "runs/moved"));
      resume.addAll(remote(other.address()));
      Result second = launcher.run(resume.toArray(String[]::new));
      assertThat(second.err()).isEmpty();
      assertThat(second.code()).isZero();
      assertThat(weights("moved")).isEqualTo(weights("whole"));
      resume.addAll(List.of("--set", "remote.probe.model=another"));
      assertThat(launcher.run(resume.toArray(String[]::new)).code())
          .isEqualTo(ExitCode.ENVIRONMENT.code());
    }
  }

  @Test
  void endpointsThatCannotBeUsedAreToldBeforeAnythingIsWritten() throws Exception {
    try (FakeEndpoint other =
        new FakeEndpoint(pocket::answer)
            .withModels(e -> e.json(200, FakeEndpoint.models("huge", "small")))) {
      Result wrong = launcher.run(evolve("wrong", other.address()));
      assertThat(wrong.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      assertThat(wrong.err())
          .startsWith(
              "toolr0: "
                  + other.address()
                  + "/v1 serves huge, small, but not the model tiny that remote.probe.model names");
    }
    Result nobody = launcher.run(evolve("nobody", "http://127.0.0.1:9"));
    assertThat(nobody.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
    assertThat(nobody.err()).contains("http://127.0.0.1:9/v1 cannot be reached");
    Result address = launcher.run(evolve("address", "ftp://host"));
    assertThat(address.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(address.err()).contains("remote.probe.endpoints", "neither http nor https");
    for (String name : List.of("wrong", "nobody", "address")) {
      assertThat(run(name)).doesNotExist();
    }
  }

  @Test
  void ctrlCEndsWhatIsBeingAsked() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (exchange.number() <= answered / 3) {
                pocket.answer(exchange);
              } else {
                asked.countDown();
                end.await();
              }
            })) {
      Path out = folder.resolve("stopped.out");
      Process process =
          launcher.start(out, folder.resolve("stopped.err"), evolve("stopped", server.address()));
      assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      end.countDown();
      assertThat(Files.readString(folder.resolve("stopped.err"))).isEmpty();
      assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
      assertThat(Files.readString(out)).contains("./toolr0 evolve --resume runs/stopped");
    }
  }

  @Test
  void ctrlCWhileServersAreFoundEndsTheCommandBeforeAnythingIsWritten() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server =
        new FakeEndpoint(pocket::answer)
            .withModels(
                exchange -> {
                  asked.countDown();
                  end.await();
                })) {
      Path out = folder.resolve("early.out");
      Path err = folder.resolve("early.err");
      Process process = launcher.start(out, err, evolve("early", server.address()));
      assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(LISTING_SECONDS / 2, TimeUnit.SECONDS)).isTrue();
      end.countDown();
      assertThat(Files.readString(err))
          .isEqualTo("toolr0: interrupted: the requests were cancelled\n");
      assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
      assertThat(run("early")).doesNotExist();
    }
  }

  @Test
  void aDryRunChecksWhatIsWrittenOfEndpointsAndAsksNobody() throws Exception {
    Result fine = dryRun("remote.probe.endpoints=[http://127.0.0.1:9]", "remote.probe.model=m");
    assertThat(fine.err()).isEmpty();
    assertThat(fine.code()).isZero();
    Result address = dryRun("remote.probe.endpoints=[ftp://host]", "remote.probe.model=m");
    assertThat(address.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(address.err()).contains("remote.probe.endpoints", "neither http nor https");
    Result key =
        dryRun(
            "remote.judge.endpoints=[http://127.0.0.1:9]",
            "remote.judge.model=m",
            "remote.judge.api_key_variable=NO_SUCH_KEY");
    assertThat(key.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(key.err())
        .contains("remote.judge.api_key_variable names NO_SUCH_KEY", "is not set; put the key");
    Result role = dryRun("remote.juge.model=m");
    assertThat(role.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(role.err()).contains("remote.juge", "judge");
  }

  private static Result dryRun(String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("evolve", "--dry-run"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return launcher.run(arguments.toArray(String[]::new));
  }
}
