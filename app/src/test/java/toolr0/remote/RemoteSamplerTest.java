package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.chat.ModelUnavailableException;
import toolr0.policy.Answer;
import toolr0.policy.Answers;
import toolr0.policy.SamplingParams;
import toolr0.policy.StopReason;
import toolr0.remote.FakeEndpoint.Script;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions with several answers each. */
final class RemoteSamplerTest {
  private static final SamplingParams PARAMS = SamplingParams.at(0.7, 64);
  private final SamplerClient client = new SamplerClient();

  @Test
  void answersHaveTheOrderOfQuestionsAndSeedsHoweverTheyArrive() throws Exception {
    Script late =
        exchange -> {
          TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(20));
          SamplerClient.echo(exchange);
        };
    List<List<String>> alone;
    try (FakeEndpoint server = new FakeEndpoint(late);
        RemoteModel model = client.open(server)) {
      alone = SamplerClient.texts(model.ask(SamplerClient.questions(12, 10), PARAMS));
      assertThat(server.requests()).hasSize(12 * 3);
    }
    try (FakeEndpoint one = new FakeEndpoint(late);
        FakeEndpoint two = new FakeEndpoint(late);
        RemoteModel model = client.open(one, two)) {
      assertThat(SamplerClient.texts(model.ask(SamplerClient.questions(12, 10), PARAMS)))
          .isEqualTo(alone);
      assertThat(one.requests()).hasSizeBetween(9, 27);
      assertThat(one.requests().size() + two.requests().size()).isEqualTo(36);
    }
    assertThat(alone.stream().flatMap(List::stream)).hasSize(120).doesNotHaveDuplicates();
    for (int q = 0; q < alone.size(); q++) {
      String asked = "q" + q + "/";
      assertThat(alone.get(q)).allMatch(text -> text.startsWith(asked));
    }
  }

  @Test
  void aRequestSaysAllThatDecidesTheDistribution() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(SamplerClient::echo);
        RemoteModel model = client.open(server)) {
      model.ask(
          SamplerClient.questions(1, 3), new SamplingParams(64, 0.7, 0.95, 0, List.of("</end>")));
      model.ask(SamplerClient.questions(1, 1), new SamplingParams(10, 0, 1, 20, List.of()));
      int seed = server.requests().getFirst().required("seed").asInt();
      assertThat(seed).isNotNegative();
      assertThat(server.requests())
          .containsExactly(
              Json.parse(
                  """
                  {"model": "tiny", "messages": [{"role": "user", "content": "q0"}],
                   "temperature": 0.7, "top_p": 0.95, "top_k": -1, "min_p": 0,
                   "repetition_penalty": 1.0, "n": 3, "max_tokens": 64, "seed": %d, "stream": false}
                  """
                      .formatted(seed)),
              Json.parse(
                  """
                  {"model": "tiny", "messages": [{"role": "user", "content": "q0"}],
                   "temperature": 0, "top_k": 20, "min_p": 0,
                   "repetition_penalty": 1.0, "max_tokens": 10, "seed": %d, "stream": false}
                  """
                      .formatted(seed)));
    }
  }

  @Test
  void whatAServerLeavesOutIsAskedForOneByOneAndToldOnce() throws Exception {
    Script oneAtATime =
        exchange -> {
          ((ObjectNode) exchange.request()).remove("n");
          SamplerClient.echo(exchange);
        };
    try (FakeEndpoint server = new FakeEndpoint(oneAtATime);
        RemoteModel model = client.open(server)) {
      List<List<String>> texts =
          SamplerClient.texts(model.ask(SamplerClient.questions(3, 4), PARAMS));
      assertThat(texts).allSatisfy(own -> assertThat(own).hasSize(4).doesNotHaveDuplicates());
      assertThat(server.requests()).hasSize(12);
      assertThat(client.readings().takeNotes())
          .singleElement()
          .asString()
          .startsWith(server.address() + "/v1 gives 1 of 4 answers that a request asks for")
          .contains("remote.completions_per_request: 1");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422, 500})
  void aServerThatRefusesRequestsForSeveralAnswersIsAskedOneByOne(int status) throws Exception {
    Script single =
        exchange -> {
          if (exchange.request().has("n")) {
            exchange.error(status, "only one completion choice is allowed", "bad");
          } else {
            SamplerClient.echo(exchange);
          }
        };
    try (FakeEndpoint server = new FakeEndpoint(single);
        RemoteModel model = client.open(server)) {
      assertThat(SamplerClient.texts(model.ask(SamplerClient.questions(6, 4), PARAMS)))
          .allSatisfy(own -> assertThat(own).hasSize(4).doesNotHaveDuplicates());
      assertThat(client.readings().takeNotes())
          .containsExactly(
              server.address()
                  + "/v1 refuses a request for 4 answers (HTTP "
                  + status
                  + ": only one completion choice is allowed); answers are asked for one by one"
                  + " there, which remote.completions_per_request: 1 would do side by side");
      long refused = server.requests().stream().filter(request -> request.has("n")).count();
      assertThat(refused).isBetween(1L, 6L);
      model.ask(SamplerClient.questions(6, 4), PARAMS);
      assertThat(server.requests()).hasSize((int) refused + 48);
      assertThat(client.readings().takeNotes()).isEmpty();
      assertThat(client.waits()).isEmpty();
    }
  }

  @Test
  void refusalsThatPassDoNotMakeAServerOneThatGivesOneAnswer() throws Exception {
    CountDownLatch together = new CountDownLatch(4);
    Script flaky =
        exchange -> {
          if (exchange.number() <= 4) {
            together.countDown();
            together.await();
            exchange.error(500, "no luck", "bad");
          } else {
            SamplerClient.echo(exchange);
          }
        };
    try (FakeEndpoint server = new FakeEndpoint(flaky);
        RemoteModel model = client.open(server)) {
      assertThat(SamplerClient.texts(model.ask(SamplerClient.questions(4, 4), PARAMS)))
          .allSatisfy(own -> assertThat(own).hasSize(4).doesNotHaveDuplicates());
      assertThat(server.requests()).hasSize(4 + 16);
      model.ask(SamplerClient.questions(4, 4), PARAMS);
      assertThat(server.requests()).hasSize(4 + 16 + 4);
      assertThat(client.readings().takeNotes()).isEmpty();
    }
  }

  @Test
  void aServerThatGaveSeveralAnswersIsNotAskedOneByOneForAFailure() throws Exception {
    Script flaky =
        exchange -> {
          if (exchange.number() == 2) {
            exchange.error(500, "no luck", "bad");
          } else {
            SamplerClient.echo(exchange);
          }
        };
    try (FakeEndpoint server = new FakeEndpoint(flaky);
        RemoteModel model = client.open(server)) {
      model.ask(SamplerClient.questions(1, 4), PARAMS);
      model.ask(SamplerClient.questions(1, 4), PARAMS);
      assertThat(server.requests()).hasSize(3).allMatch(request -> request.has("n"));
      assertThat(client.readings().takeNotes()).isEmpty();
    }
  }

  @Test
  void anAnswerEndsWithTheFirstStopTextWhichTheServerIsNotTold() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say("a</end>b\nc</end>d"));
        RemoteModel model = client.open(server)) {
      SamplingParams params = new SamplingParams(64, 0, 1, 0, List.of("\n", "</end>"));
      Answers.Given given =
          (Answers.Given) model.ask(SamplerClient.questions(1, 1), params).getFirst();
      assertThat(given.answersG().getFirst().text()).isEqualTo("a</end>");
      assertThat(given.answersG().getFirst().stopReason()).isEqualTo(StopReason.STOP_STRING);
      assertThat(server.requests().getFirst().has("stop")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"token_ids": [5, 6], "logprobs": {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1}]}} | 5,6 | -0.5,-1.0
          {"logprobs": {"content": [{"id": 7, "token": "a", "logprob": -0.25}]}} | 7 | -0.25
          {"logprobs": {"content": [{"token": "a", "logprob": -0.25}]}} | '' | -0.25
          {"logprobs": {"content": [{"token": "a"}]}, "token_ids": [5]} | 5 | ''
          {"logprobs": {"content": [{"id": "x", "logprob": "y"}]}, "token_ids": "5"} | '' | ''
          {"logprobs": null, "token_ids": null} | '' | ''
          {} | '' | ''
          """)
  void logProbabilitiesAndTokenIdsAreReadWhereTheServerGivesThem(
      String choice, String ids, String logProbs) throws Exception {
    ObjectNode body = FakeEndpoint.completion("ab");
    ((ObjectNode) body.required("choices").get(0)).setAll(Json.parseObject(choice));
    client.dialect(new Dialect(false, true));
    try (FakeEndpoint server = new FakeEndpoint(e -> e.json(200, Json.compact(body)));
        RemoteModel model = client.open(server)) {
      Answer answer =
          ((Answers.Given) model.ask(SamplerClient.questions(1, 1), PARAMS).getFirst())
              .answersG()
              .getFirst();
      assertThat(answer.text()).isEqualTo("ab");
      assertThat(joined(answer.tokenIdsT().length, i -> "" + answer.tokenIdsT()[i])).isEqualTo(ids);
      assertThat(joined(answer.logProbsT().length, i -> "" + answer.logProbsT()[i]))
          .isEqualTo(logProbs);
      JsonNode request = server.requests().getFirst();
      assertThat(request.required("logprobs").asBoolean()).isTrue();
      assertThat(request.required("return_token_ids").asBoolean()).isTrue();
      assertThat(request.has("top_k")).isFalse();
    }
  }

  private static String joined(int length, IntFunction<String> at) {
    return IntStream.range(0, length).mapToObj(at).collect(Collectors.joining(","));
  }

  @Test
  void failuresAreValuesOfTheirQuestionsAlone() throws Exception {
    Script script =
        exchange -> {
          switch (exchange.asked()) {
            case "q1" -> exchange.error(400, "no luck", "bad");
            case "q2" -> exchange.error(400, "the context length is 9 tokens", "too_long");
            case "q3" -> exchange.json(200, "{\"choices\": [");
            case "q4" -> exchange.json(200, "{\"choices\": \"none\"}");
            default -> SamplerClient.echo(exchange);
          }
        };
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = client.open(server)) {
      model.ask(SamplerClient.questions(1, 4), PARAMS);
      List<Answers> answers = model.ask(SamplerClient.questions(6, 4), PARAMS);
      assertThat(SamplerClient.texts(answers.get(0))).hasSize(4);
      assertThat(SamplerClient.cause(answers.get(1))).isEqualTo("HTTP 400: no luck");
      assertThat(answers.get(2))
          .isEqualTo(new Answers.TooLong("HTTP 400: the context length is 9 tokens"));
      assertThat(SamplerClient.cause(answers.get(3))).contains("the response is no JSON");
      assertThat(SamplerClient.cause(answers.get(4))).contains("holds no choices[0].message");
      assertThat(SamplerClient.texts(answers.get(5))).hasSize(4);
    }
    assertThat(client.readings().take())
        .containsEntry("requests", 8.0)
        .containsEntry("failed", 3.0)
        .containsEntry("retries", 0.0)
        .containsEntry("completion_tokens", 60.0)
        .containsKeys("latency_mean", "latency_max");
    assertThat(client.readings().take()).isEmpty();
  }

  @Test
  void aQuestionOfWhichOneAnswerIsMissingHasFailedAsAWhole() throws Exception {
    Script script =
        exchange -> {
          if (exchange.number() == 3) {
            exchange.error(400, "no luck", "bad");
          } else {
            SamplerClient.echo(exchange);
          }
        };
    client.answersPerRequest(1);
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = client.open(server)) {
      assertThat(SamplerClient.cause(model.ask(SamplerClient.questions(1, 8), PARAMS).getFirst()))
          .isEqualTo("HTTP 400: no luck");
    }
  }

  @Test
  void theDeadlineOfAllQuestionsTogetherEndsTheWaiting() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Script script =
        exchange -> {
          if (exchange.asked().equals("q0")) {
            SamplerClient.echo(exchange);
          } else if (exchange.asked().equals("q1")) {
            exchange.error(503, "overloaded", "busy");
          } else {
            end.await();
          }
        };
    client.deadline(Duration.ofSeconds(2));
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = client.open(server)) {
      long begin = System.nanoTime();
      List<Answers> answers = model.ask(SamplerClient.questions(8, 1), PARAMS);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
      end.countDown();
      assertThat(answers.get(0)).isInstanceOf(Answers.Given.class);
      assertThat(SamplerClient.cause(answers.get(1)))
          .startsWith("no answer within the 2 s for all questions together");
      assertThat(answers.subList(2, 8)).allMatch(Answers.Failed.class::isInstance);
    }
  }

  @Test
  void aPassedDeadlineFailsTheOpenQuestionsAndNoneOfTheNextCall() throws Exception {
    AtomicBoolean slow = new AtomicBoolean(true);
    CountDownLatch end = new CountDownLatch(1);
    Script script =
        exchange -> {
          if (slow.get()) {
            end.await();
          } else {
            SamplerClient.echo(exchange);
          }
        };
    client.deadline(Duration.ofSeconds(2));
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = client.open(server)) {
      List<Answers> late =
          model.ask(SamplerClient.questions(2 * RemoteModel.MAX_FAILURES_IN_A_ROW, 1), PARAMS);
      assertThat(late)
          .allSatisfy(
              answers ->
                  assertThat(SamplerClient.cause(answers))
                      .isEqualTo("no answer within the 2 s for all questions together"));
      assertThat(model.outage()).isEmpty();
      slow.set(false);
      end.countDown();
      assertThat(model.ask(SamplerClient.questions(8, 1), PARAMS))
          .allMatch(Answers.Given.class::isInstance);
    }
  }

  @Test
  void aServiceThatRefusesTheExtensionsSaysWhatToSet() throws Exception {
    Script strict =
        e -> e.error(400, "Unrecognized request argument supplied: top_k", "unknown_parameter");
    try (FakeEndpoint server = new FakeEndpoint(strict);
        RemoteModel model = client.open(server)) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> model.ask(SamplerClient.questions(3, 1), PARAMS))
          .withMessageContaining("does not take all that it was sent (HTTP 400: Unrecognized")
          .withMessageContaining("set remote.sampling_extensions to false")
          .withMessageContaining("in a new run, or name another server in this one");
    }
    client.dialect(new Dialect(true, true));
    try (FakeEndpoint server =
            new FakeEndpoint(e -> e.error(400, "logprobs are not supported", "bad"));
        RemoteModel model = client.open(server)) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> model.ask(SamplerClient.questions(3, 1), PARAMS))
          .withMessageEndingWith(
              "set remote.logprobs to false, which leaves out logprobs and return_token_ids");
    }
  }
}
