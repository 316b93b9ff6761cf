package toolr0.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.cli.Launcher.Result;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkTask;
import toolr0.prompt.PromptBuilder;
import toolr0.remote.FakeEndpoint;
import toolr0.selfplay.Benchmarks;
import toolr0.task.Task;
import toolr0.tool.AnswerBlocks;
import toolr0.tool.CallWriter;
import tools.jackson.databind.JsonNode;

/** The commands that ask a model behind an endpoint, through the real launcher. */
final class RemoteCommandsTest {
  private static final int TASKS = 40;
  private static final long PATIENCE_SECONDS = 300;

  @TempDir private Path folder = Path.of("");
  private Launcher launcher = new Launcher(Path.of(""), Map.of());
  private final Benchmark benchmark = Benchmarks.named("pocket").limitedTo(TASKS);
  private final Map<String, BenchmarkTask> byQuestion = new HashMap<>();

  @BeforeEach
  void startInAnEmptyFolder() {
    launcher = new Launcher(folder, Map.of("OPENAI_API_KEY", "sk-0123456789abcdef"));
    PromptBuilder prompts = PromptBuilder.of(PromptBuilder.BRIEF);
    for (BenchmarkTask task : benchmark.tasks()) {
      Task asked = task.task();
      byQuestion.put(prompts.solver(asked.question(), asked.tools()).getLast().content(), task);
    }
  }

  private BenchmarkTask task(FakeEndpoint.Exchange exchange) {
    return Optional.ofNullable(byQuestion.get(exchange.asked())).orElseThrow();
  }

  private void sayGold(FakeEndpoint.Exchange exchange) throws IOException {
    exchange.say(
        AnswerBlocks.Tag.TOOL_CALL_ANSWER.wrap(CallWriter.write(task(exchange).task().gold())));
  }

  private Result evaluate(String address, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("evaluate", "--model", address, "--limit", Integer.toString(TASKS)));
    arguments.addAll(List.of(more));
    return launcher.run(arguments.toArray(String[]::new));
  }

  private JsonNode results() throws IOException {
    return Json.parse(Files.readString(folder.resolve("out/results.json")));
  }

  @Test
  void goldFromAnEndpointIsAllRight() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(this::sayGold)) {
      Result result = evaluate(server.address(), "--out", "out");
      assertThat(result.err()).isEmpty();
      assertThat(result.code()).isZero();
      assertThat(result.out())
          .contains("model tiny@" + server.address() + "/v1", "all                 100.0%")
          .doesNotContain("failed");
      assertThat(server.requests()).hasSize(TASKS);
      JsonNode results = results();
      assertThat(results.required("model_name").stringValue())
          .isEqualTo("tiny@" + server.address() + "/v1");
      assertThat(results.required("results").required("pocket").required("strict,none").asDouble())
          .isEqualTo(1);
      assertThat(results.required("versions_of_program").required("endpoint").stringValue())
          .isEqualTo(server.address() + "/v1");
      assertThat(Files.readString(folder.resolve("out/results.json"))).doesNotContain("sk-0123");
    }
  }

  @Test
  void failedTasksAreCountedApartInEveryFile() throws Exception {
    List<String> lost =
        List.of(benchmark.tasks().get(3).id(), benchmark.tasks().get(TASKS - 1).id());
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (lost.contains(task(exchange).id())) {
                exchange.error(400, "no luck", "bad_luck");
              } else {
                sayGold(exchange);
              }
            })) {
      Result result = evaluate(server.address(), "--out", "out");
      assertThat(result.err()).isEmpty();
      assertThat(result.code()).isZero();
      assertThat(result.out())
          .contains("38 of 38", "2 of 40 tasks failed and are in no figure", "HTTP 400: no luck");
      JsonNode all = results().required("n-samples").required("pocket");
      assertThat(all.required("failed").asInt()).isEqualTo(2);
      assertThat(all.required("effective").asInt()).isEqualTo(38);
      assertThat(
              results().required("results").required("pocket").required("strict,none").asDouble())
          .isEqualTo(1);
      List<JsonNode> samples =
          Files.readAllLines(folder.resolve("out/samples.jsonl")).stream()
              .map(Json::parse)
              .toList();
      assertThat(samples).hasSize(TASKS);
      assertThat(samples.stream().filter(s -> s.has("failed")))
          .extracting(s -> s.required("doc_id").stringValue())
          .containsExactlyElementsOf(lost);
      assertThat(Files.readString(folder.resolve("out/report.md")))
          .contains("2 of 40 tasks failed", lost.getFirst(), "HTTP 400: no luck");
    }
  }

  @Test
  void aBoundThatAnEndpointRefusesIsToldOnceAndKeptInTheResults() throws Exception {
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (exchange.request().has("max_tokens")) {
                exchange.error(400, "the context length is 9 tokens", "too_long");
              } else {
                sayGold(exchange);
              }
            })) {
      Result result = evaluate(server.address(), "--out", "out");
      assertThat(result.code()).isZero();
      String told = "such prompts are sent again without max_tokens";
      assertThat(result.out()).containsOnlyOnce(told).contains("all                 100.0%");
      assertThat(results().required("config").required("remark").stringValue()).contains(told);
      assertThat(Files.readString(folder.resolve("out/report.md"))).contains(told);
    }
  }

  @Test
  void aPromptThatAnEndpointFindsTooLongKeepsWhatItSaid() throws Exception {
    String longest = benchmark.tasks().get(3).id();
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (task(exchange).id().equals(longest)) {
                exchange.error(400, "the context length is 9 tokens", "too_long");
              } else {
                sayGold(exchange);
              }
            })) {
      Result result = evaluate(server.address(), "--out", "out");
      assertThat(result.code()).isZero();
      assertThat(result.out()).contains("39 of 40").doesNotContain("sent again");
      assertThat(results().required("config").has("remark")).isFalse();
      assertThat(Files.readAllLines(folder.resolve("out/samples.jsonl")).stream().map(Json::parse))
          .filteredOn(sample -> sample.has("too_long"))
          .singleElement()
          .satisfies(
              sample -> {
                assertThat(sample.required("doc_id").stringValue()).isEqualTo(longest);
                assertThat(sample.required("too_long").stringValue())
                    .isEqualTo("HTTP 400: the context length is 9 tokens");
              });
    }
  }

  @Test
  void whatWasAnsweredBeforeAnOutageIsKept() throws Exception {
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (exchange.number() <= 10) {
                sayGold(exchange);
              } else {
                exchange.error(401, "the key has expired", "invalid_api_key");
              }
            })) {
      Result result = evaluate(server.address(), "--concurrency", "1", "--out", "out");
      assertThat(result.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      assertThat(result.out()).contains("10 of 10", "30 of 40 tasks failed");
      assertThat(result.err())
          .startsWith("toolr0: " + server.address() + "/v1 refuses access")
          .contains("the key has expired")
          .doesNotContain("sk-0123", "\tat ");
      assertThat(server.requests()).hasSize(11);
      assertThat(Files.readAllLines(folder.resolve("out/samples.jsonl"))).hasSize(TASKS);
      assertThat(Files.readAllLines(folder.resolve("out/replies.jsonl"))).hasSize(11);
    }
  }

  @Test
  void anEndpointThatCannotBeUsedIsAnEnvironmentError() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Result nobody = evaluate("http://127.0.0.1:" + port);
    assertThat(nobody.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
    assertThat(nobody.err())
        .contains("cannot be reached: the connection was refused; check that the server runs");
    try (FakeEndpoint server =
        new FakeEndpoint(e -> e.error(404, "The model `huge` does not exist.", "NotFound"))) {
      Result unknown = evaluate(server.address(), "--model-name", "huge", "--out", "out");
      assertThat(unknown.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      assertThat(unknown.err())
          .contains("huge@", "answered none of the 40 tasks of pocket", "(served: tiny)");
      assertThat(folder.resolve("out")).doesNotExist();
    }
    try (FakeEndpoint server =
        new FakeEndpoint(this::sayGold)
            .withModels(e -> e.error(401, "who are you?", "invalid_api_key"))) {
      Result stranger = evaluate(server.address());
      assertThat(stranger.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      assertThat(stranger.err())
          .contains("HTTP 401: who are you?", "OPENAI_API_KEY")
          .doesNotContain("sk-0123");
    }
  }

  @Test
  void optionsThatDoNotFitTheModelAreBadUsage() throws Exception {
    Result folderNamed = launcher.run("evaluate", "--model", "m", "--model-name", "x");
    assertThat(folderNamed.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(folderNamed.err()).contains("--model is the folder m");
    Result scheme = launcher.run("evaluate", "--model", "ftp://host/v1");
    assertThat(scheme.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(scheme.err()).contains("--model: \"ftp://host/v1\"", "neither http nor https");
    Result none = launcher.run("evaluate", "--model", "http://host", "--concurrency", "0");
    assertThat(none.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(none.err()).contains("--concurrency is 0, but it must be at least 1");
    Result help = launcher.run("evaluate", "--help");
    assertThat(help.out())
        .contains("--model=DIR|URL", "OPENAI_API_KEY", "http://localhost:8000/v1");
  }

  @Test
  void ctrlCEndsTheRequests() throws Exception {
    CountDownLatch asked = new CountDownLatch(8);
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              asked.countDown();
              end.await();
            })) {
      Path out = folder.resolve("out.txt");
      Process process =
          launcher.start(
              out, folder.resolve("err.txt"), "evaluate", "--model", server.address() + "/v1");
      assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.code());
      assertThat(Files.readString(out))
          .contains("Stopped; finished benchmarks: 0 of 1. Nothing is kept: with --out DIR");
      assertThat(Files.readString(folder.resolve("err.txt"))).isEmpty();
      assertThat(server.requests()).hasSize(8);
      end.countDown();
    }
  }

  @Test
  void anEvaluationGoesOnBehindAnOutage() throws Exception {
    AtomicBoolean down = new AtomicBoolean(true);
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (down.get() && exchange.number() > 10) {
                exchange.error(401, "the key has expired", "invalid_api_key");
              } else {
                sayGold(exchange);
              }
            })) {
      Result first = evaluate(server.address(), "--concurrency", "1", "--out", "out");
      assertThat(first.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      down.set(false);
      Result second = evaluate(server.address(), "--concurrency", "1", "--out", "out");
      assertThat(second.err()).isEmpty();
      assertThat(second.code()).isZero();
      assertThat(second.out()).contains("10 answers are in out/replies.jsonl", "40 of 40");
      assertThat(server.requests()).hasSize(11 + 30);
      assertThat(folder.resolve("out/replies.jsonl")).doesNotExist();
    }
  }

  @Test
  void anEvaluationGoesOnWhereTheSameModelAnswersNowAndWithNoOther() throws Exception {
    String elsewhere;
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (exchange.number() > 10) {
                exchange.error(401, "the key has expired", "invalid_api_key");
              } else {
                sayGold(exchange);
              }
            })) {
      elsewhere = server.address();
      Result first = evaluate(elsewhere, "--concurrency", "1", "--out", "out");
      assertThat(first.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
    }
    try (FakeEndpoint server =
        new FakeEndpoint(this::sayGold)
            .withModels(e -> e.json(200, FakeEndpoint.models("small", "tiny")))) {
      assertThat(server.address()).isNotEqualTo(elsewhere);
      Result other = evaluate(server.address(), "--model-name", "small", "--out", "out");
      assertThat(other.code()).isEqualTo(ExitCode.USAGE.code());
      assertThat(other.err()).contains("It differs in:\n  model.name: \"tiny\" -> \"small\"");
      assertThat(server.requests()).isEmpty();
      Result second = evaluate(server.address(), "--model-name", "tiny", "--out", "out");
      assertThat(second.err()).isEmpty();
      assertThat(second.code()).isZero();
      assertThat(second.out()).contains("10 answers are in out/replies.jsonl", "40 of 40");
      assertThat(server.requests()).hasSize(30);
      assertThat(results().required("versions_of_program").required("endpoint").stringValue())
          .isEqualTo(server.address() + "/v1");
    }
  }

  @Test
  void callsThatDoNotFitTheToolsAreToldOf() throws Exception {
    Path tools =
        Files.writeString(
            folder.resolve("tools.json"),
            "[{\"name\": \"ring\", \"description\": \"rings\", \"parameters\": {\"times\":"
                + " {\"type\": \"integer\"}}, \"required\": [\"times\"]}]");
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange ->
                exchange.say(
                    "<tool_call_answer>[{\"name\": \"rang\"}, {\"name\": \"ring\", \"arguments\":"
                        + " {\"bell\": 1}}]</tool_call_answer>"))) {
      Result result =
          launcher.run("call", "--model", server.address(), "--tools", tools.toString(), "Ring!");
      assertThat(result.code()).isZero();
      assertThat(Json.parse(result.out()).size()).isEqualTo(2);
      assertThat(result.err())
          .isEqualTo(
              """
              toolr0: warning: the model's calls do not fit the tools of %s:
                rang: there is no such tool
                ring: the required argument times is missing
                ring: the tool has no argument bell
              """
                  .formatted(tools));
    }
  }

  @Test
  void callAsksAnEndpointToo() throws Exception {
    Path tools =
        Files.writeString(
            folder.resolve("tools.json"),
            "[{\"name\": \"ring\", \"description\": \"rings\", \"parameters\": {}}]");
    try (FakeEndpoint server =
        new FakeEndpoint(
            exchange -> {
              if (exchange.number() == 1) {
                exchange.say("<tool_call_answer>[{\"name\": \"ring\"}]</tool_call_answer>");
              } else {
                exchange.error(400, "I am a teapot", "teapot");
              }
            })) {
      String[] arguments = {
        "call", "--model", server.address(), "--tools", tools.toString(), "Ring the bell."
      };
      Result first = launcher.run(arguments);
      assertThat(first.err()).isEmpty();
      assertThat(first.code()).isZero();
      assertThat(Json.parse(first.out()))
          .isEqualTo(Json.parse("[{\"name\": \"ring\", \"arguments\": {}}]"));
      Result second = launcher.run(arguments);
      assertThat(second.code()).isEqualTo(ExitCode.ENVIRONMENT.code());
      assertThat(second.err()).contains("tiny@", "gave no answer: HTTP 400: I am a teapot");
    }
  }
}
