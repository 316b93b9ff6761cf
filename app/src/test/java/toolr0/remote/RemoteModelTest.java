package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;
import toolr0.remote.FakeEndpoint.Script;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class RemoteModelTest {
  private static final int MAX_TOKENS = 64;
  private static final String KEY = "sk-0123456789abcdef";

  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());

  private static Endpoint endpoint(FakeEndpoint server) {
    return endpoint(server, 4);
  }

  private static Endpoint endpoint(FakeEndpoint server, int concurrency) {
    return new Endpoint(
        Endpoint.base(server.address()),
        Optional.empty(),
        ApiKey.of(KEY),
        concurrency,
        Endpoint.DEFAULT_TIMEOUT);
  }

  private RemoteModel open(Endpoint endpoint) {
    return RemoteModel.open(
        endpoint,
        wait -> {
          waits.add(wait);
          return Duration.ZERO;
        });
  }

  private static List<Chat> chats(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> new Chat("c" + i, List.of(Message.system("Be brief"), Message.user("q" + i))))
        .toList();
  }

  /** Asks one chat of a server. */
  private Reply ask(Script script) throws IOException {
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = open(endpoint(server))) {
      return model.answer(chats(1), MAX_TOKENS).getFirst();
    }
  }

  private static String reason(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Failed.class);
    return ((Reply.Failed) reply).reason();
  }

  @Test
  void answersHaveTheOrderOfTheChatsAndTheServersCount() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say("to " + e.asked()));
        RemoteModel model = open(endpoint(server))) {
      List<Reply> replies = model.answer(chats(30), MAX_TOKENS);
      assertThat(replies)
          .containsExactlyElementsOf(
              IntStream.range(0, 30)
                  .<Reply>mapToObj(
                      i -> {
                        String text = "to q" + i;
                        return new Reply.Answered(text, OptionalInt.of(text.length()));
                      })
                  .toList());
      assertThat(model.name()).isEqualTo("tiny");
      assertThat(model.outage()).isEmpty();
    }
    assertThat(waits).isEmpty();
  }

  @Test
  void aRequestIsGreedyBoundedAndSeeded() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say("ok"));
        RemoteModel model = open(endpoint(server))) {
      model.answer(chats(1), MAX_TOKENS);
      assertThat(server.requests())
          .containsExactly(
              Json.parse(
                  """
                  {"model": "tiny", "messages": [{"role": "system", "content": "Be brief"},
                   {"role": "user", "content": "q0"}],
                   "temperature": 0, "max_tokens": 64, "seed": 0, "stream": false}
                  """));
      assertThat(server.headers("Authorization")).containsExactly("Bearer " + KEY);
      assertThat(server.headers("Upgrade")).containsExactly("");
      assertThat(server.headers("Transfer-encoding")).containsExactly("");
    }
  }

  @Test
  void noMoreRequestsRunAtOnceThanAllowed() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(4);
    Script script =
        exchange -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          try {
            together.await();
          } catch (BrokenBarrierException e) {
            throw new IOException(e);
          }
          running.decrementAndGet();
          exchange.say("ok");
        };
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = open(endpoint(server))) {
      assertThat(model.answer(chats(12), MAX_TOKENS)).hasSize(12);
    }
    assertThat(most).hasValue(4);
  }

  @Test
  void missingUsageMeansAnUnknownLength() throws Exception {
    assertThat(ask(e -> e.json(200, Json.compact(FakeEndpoint.completion("hi")))))
        .isEqualTo(new Reply.Answered("hi", OptionalInt.empty()));
    ObjectNode odd = FakeEndpoint.completion("hi");
    odd.putObject("usage").put("completion_tokens", -3);
    assertThat(ask(e -> e.json(200, Json.compact(odd))))
        .isEqualTo(new Reply.Answered("hi", OptionalInt.empty()));
  }

  @Test
  void anAnswerWithoutContentIsAnEmptyAnswer() throws Exception {
    ObjectNode body = FakeEndpoint.completion("");
    ((ObjectNode) body.required("choices").get(0).required("message")).putNull("content");
    assertThat(ask(e -> e.json(200, Json.compact(body))))
        .isEqualTo(new Reply.Answered("", OptionalInt.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "garbage\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 99999 OK\r\n\r\n",
        "HTTP/1.1 0 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nBad Header : x\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u001f\u008b",
        "HTTP/1.1 200 OK\r\n\r\n{\"choices\": [",
        "HTTP/1.0 204 No Content\r\n\r\n"
      })
  void whatIsHardlyHttpIsAFailure(String response) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> sayToEveryone(server, response));
      Endpoint endpoint =
          new Endpoint(
              Endpoint.base("http://127.0.0.1:" + server.getLocalPort()),
              Optional.of("tiny"),
              Optional.empty(),
              1,
              Duration.ofSeconds(1));
      try (RemoteModel model = open(endpoint)) {
        assertThat(reason(model.answer(chats(1), MAX_TOKENS).getFirst())).isNotBlank();
      }
    }
  }

  /** Lists no models, and answers each chat with the same bytes, until the socket is closed. */
  private static void sayToEveryone(ServerSocket server, String response) {
    String noModels = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        byte[] request = new byte[1 << 16];
        if (socket.getInputStream().read(request) > 0) {
          String said = request[0] == 'G' ? noModels : response;
          socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
          socket.shutdownOutput();
          socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        }
      } catch (IOException e) {
        // The client hung up, as it may; the next one is served.
      }
    }
  }

  @Test
  void aServerThatSaysNothingAtFirstCannotBeReached() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server =
        new FakeEndpoint(e -> e.say("ok")).withModels(exchange -> end.await())) {
      Endpoint silent =
          new Endpoint(
              Endpoint.base(server.address()),
              Optional.of("tiny"),
              Optional.empty(),
              1,
              Duration.ofSeconds(1));
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> open(silent))
          .withMessageContaining("cannot be reached: it does not answer within 1 s");
      end.countDown();
    }
  }

  @Test
  void aBusyServerIsAskedAgainWhenItSays() throws Exception {
    Script script =
        exchange -> {
          if (exchange.number() == 1) {
            exchange.http().getResponseHeaders().set("Retry-After", "7");
            exchange.error(429, "too many requests", "rate_limit");
          } else {
            exchange.say("ok");
          }
        };
    assertThat(ask(script)).isInstanceOf(Reply.Answered.class);
    assertThat(waits).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void aServerThatWantsTooLongAWaitIsNotAwaited() throws Exception {
    Script script =
        exchange -> {
          exchange.http().getResponseHeaders().set("Retry-After", "3600");
          exchange.error(429, "come back later", "rate_limit");
        };
    assertThat(reason(ask(script)))
        .isEqualTo("HTTP 429: come back later; the server asks to wait 3600 s");
    assertThat(waits).isEmpty();
  }

  @Test
  void waitsDoubleWhenTheServerSaysNothing() throws Exception {
    Script script =
        exchange -> {
          if (exchange.number() < 5) {
            exchange.json(500, "");
          } else {
            exchange.say("ok");
          }
        };
    assertThat(ask(script)).isInstanceOf(Reply.Answered.class);
    assertThat(waits).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(waits.get(i))
          .isBetween(Duration.ofMillis(250L << i), Duration.ofMillis(500L << i));
    }
  }

  @Test
  void brokenConnectionsAreMadeAgain() throws Exception {
    Script script =
        exchange -> {
          switch (exchange.number()) {
            case 1 -> exchange.drop();
            case 2 -> exchange.breakOff();
            default -> exchange.say("third time lucky");
          }
        };
    assertThat(ask(script)).isEqualTo(new Reply.Answered("third time lucky", OptionalInt.of(16)));
    assertThat(waits).hasSize(2);
  }

  @Test
  void aTaskThatKeepsFailingIsAFailureAndTheOthersAreAnswered() throws Exception {
    Script script =
        exchange -> {
          if (exchange.asked().equals("q1")) {
            exchange.error(503, "overloaded", "busy");
          } else {
            exchange.say("ok");
          }
        };
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = open(endpoint(server))) {
      List<Reply> replies = model.answer(chats(3), MAX_TOKENS);
      assertThat(reason(replies.get(1))).isEqualTo("HTTP 503: overloaded (8 attempts)");
      assertThat(replies.get(0)).isInstanceOf(Reply.Answered.class);
      assertThat(replies.get(2)).isInstanceOf(Reply.Answered.class);
      assertThat(server.requests()).hasSize(2 + Backoff.MAX_ATTEMPTS);
      assertThat(model.outage()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"choices": [              | the response is no JSON
          <html>gateway</html>       | the response is no JSON
          []                         | holds no choices[0].message
          {"choices": []}            | holds no choices[0].message
          {"choices": [{"text": ""}]}| holds no choices[0].message
          {"error": "out of memory"} | out of memory
          {"choices": [{"message": {"content": 5}}]} | content is no text, but 5
          {"choices": [{"message": {"content": "x"}, "finish_reason": "content_filter"}]} | withheld
          {"choices": [{"message": {"content": null, "tool_calls": [{"id": "a"}]}}]} | tool parser off
          """)
  void aResponseThatIsNoAnswerIsAFailure(String body, String expected) throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.json(200, body));
        RemoteModel model = open(endpoint(server))) {
      assertThat(reason(model.answer(chats(1), MAX_TOKENS).getFirst())).contains(expected);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void anEmptyResponseIsAFailure() throws Exception {
    assertThat(reason(ask(e -> e.json(200, "")))).contains("the response is no JSON");
  }

  @Test
  void bytesThatAreNoTextAreAFailure() throws Exception {
    byte[] body =
        Json.compact(FakeEndpoint.completion("caf?")).getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < body.length; i++) {
      body[i] = body[i] == '?' ? (byte) 0xe9 : body[i];
    }
    assertThat(reason(ask(e -> e.bytes(200, body)))).isEqualTo("the response is not UTF-8 text");
  }

  @Test
  void aResponseOfTenMegabytesIsNotReadToItsEnd() throws Exception {
    String body = Json.compact(FakeEndpoint.completion("x".repeat(10_000_000)));
    assertThat(reason(ask(e -> e.json(200, body)))).isEqualTo("the response is longer than 4 MiB");
  }

  @Test
  void anAnswerOfAMillionCharactersIsRead() throws Exception {
    String text = "é".repeat(1_000_000);
    assertThat(ask(e -> e.say(text)))
        .isEqualTo(new Reply.Answered(text, OptionalInt.of(1_000_000)));
  }

  @Test
  void deeplyNestedJsonIsAFailure() throws Exception {
    String bomb = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(reason(ask(e -> e.json(200, bomb)))).contains("the response is no JSON", "200");
    assertThat(reason(ask(e -> e.json(400, bomb)))).startsWith("HTTP 400: [[[");
  }

  @Test
  void whatAServerSaysIsHarmlessAndShort() throws Exception {
    String said = "\u001b[31mred\u0007\n\n  and " + "long ".repeat(10_000);
    String reason = reason(ask(e -> e.error(400, said, "bad")));
    assertThat(reason).startsWith("HTTP 400: ?[31mred? and long long").endsWith("...");
    assertThat(reason).hasSizeLessThan(400);
  }

  @Test
  void anAnswerThatTakesTooLongIsAFailure() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server =
            new FakeEndpoint(
                exchange -> {
                  exchange.http().sendResponseHeaders(200, 0);
                  exchange.http().getResponseBody().write('{');
                  exchange.http().getResponseBody().flush();
                  end.await();
                });
        RemoteModel model =
            open(
                new Endpoint(
                    Endpoint.base(server.address()),
                    Optional.empty(),
                    Optional.empty(),
                    1,
                    Duration.ofSeconds(1)))) {
      assertThat(reason(model.answer(chats(1), MAX_TOKENS).getFirst()))
          .isEqualTo("no answer within 1 s");
      assertThat(server.requests()).hasSize(1);
      end.countDown();
    }
  }

  @Test
  void aPromptThatFitsIsAskedWithoutABoundThatDoesNotAndThatIsRemarked() throws Exception {
    Script script =
        exchange -> {
          if (exchange.request().has("max_tokens") && !exchange.asked().equals("q0")) {
            exchange.error(
                400, "This model's maximum context length is 100 tokens.", "BadRequestError");
          } else {
            exchange.say("ok");
          }
        };
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = open(endpoint(server))) {
      Reply ok = new Reply.Answered("ok", OptionalInt.of(2));
      assertThat(model.answer(chats(1), MAX_TOKENS)).containsExactly(ok);
      assertThat(model.remark()).isEmpty();
      assertThat(model.answer(chats(3), MAX_TOKENS)).containsExactly(ok, ok, ok);
      assertThat(model.remark().orElseThrow())
          .contains(server.address(), "max_tokens 64", "maximum context length is 100 tokens");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"error": {"message": "too long", "type": "invalid", "code": "context_length_exceeded"}}
          {"error": {"code": 400, "message": "no", "type": "exceed_context_size_error"}}
          {"object": "error", "message": "the maximum context length is 9 tokens", "code": 400}
          """)
  void aPromptThatDoesNotFitIsNoFailure(String body) throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.json(400, body));
        RemoteModel model = open(endpoint(server))) {
      assertThat(model.answer(chats(1), MAX_TOKENS).getFirst()).isInstanceOf(Reply.TooLong.class);
      assertThat(model.remark()).isEmpty();
    }
  }

  @Test
  void redirectsAreNotFollowedAndEndTheMatter() throws Exception {
    Script loop =
        exchange -> {
          exchange.http().getResponseHeaders().set("Location", "/v1/chat/completions");
          exchange.bytes(307, new byte[0]);
        };
    try (FakeEndpoint server = new FakeEndpoint(loop);
        RemoteModel model = open(endpoint(server))) {
      List<Reply> replies = model.answer(chats(50), MAX_TOKENS);
      assertThat(replies).hasSize(50).allMatch(Reply.Failed.class::isInstance);
      assertThat(model.outage().orElseThrow())
          .contains(server.address(), "redirects to /v1/chat/completions", "the final address");
      assertThat(server.requests()).hasSizeLessThanOrEqualTo(4);
    }
  }

  @Test
  void aRefusedKeyEndsTheMatterAndIsNeverShown() throws Exception {
    Script script = e -> e.error(401, "Incorrect API key: " + KEY, "invalid_api_key");
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = open(endpoint(server))) {
      model.answer(chats(3), MAX_TOKENS);
      assertThat(model.outage().orElseThrow())
          .contains("refuses access (HTTP 401: Incorrect API key: ***)", "OPENAI_API_KEY")
          .doesNotContain(KEY);
      assertThat(endpoint(server).toString()).doesNotContain(KEY);
    }
    try (FakeEndpoint server = new FakeEndpoint(script).withModels(script)) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> open(endpoint(server)))
          .withMessageContaining("holds a key, but not one for this endpoint")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(KEY));
    }
  }

  @Test
  void aModelThatIsNotServedEndsTheMatter() throws Exception {
    Script script = e -> e.error(404, "The model `huge` does not exist.", "NotFoundError");
    try (FakeEndpoint server =
            new FakeEndpoint(script)
                .withModels(e -> e.json(200, FakeEndpoint.models("tiny", "small")));
        RemoteModel model = open(named(server, "huge"))) {
      model.answer(chats(3), MAX_TOKENS);
      assertThat(model.outage().orElseThrow())
          .contains("the model \"huge\"", "HTTP 404: The model `huge` does not exist.")
          .contains("--model-name (served: tiny, small)");
    }
  }

  private static Endpoint named(FakeEndpoint server, String model) {
    return new Endpoint(
        Endpoint.base(server.address()),
        Optional.of(model),
        Optional.empty(),
        4,
        Endpoint.DEFAULT_TIMEOUT);
  }

  @Test
  void usedUpCreditEndsTheMatter() throws Exception {
    try (FakeEndpoint server =
            new FakeEndpoint(e -> e.error(429, "You have no credit.", "insufficient_quota"));
        RemoteModel model = open(endpoint(server))) {
      model.answer(chats(3), MAX_TOKENS);
      assertThat(model.outage().orElseThrow()).contains("no more answers", "You have no credit.");
    }
    assertThat(waits).isEmpty();
  }

  @Test
  void aServerThatFailsInEveryTaskIsLeftAlone() throws Exception {
    try (FakeEndpoint server =
            new FakeEndpoint(
                exchange -> {
                  if (exchange.number() <= 10) {
                    exchange.say("ok");
                  } else {
                    exchange.error(400, "what is a seed?", "bad");
                  }
                });
        RemoteModel model = open(endpoint(server, 1))) {
      List<Reply> replies = model.answer(chats(100), MAX_TOKENS);
      assertThat(replies.stream().filter(Reply.Answered.class::isInstance)).hasSize(10);
      assertThat(replies.stream().filter(Reply.Failed.class::isInstance)).hasSize(90);
      assertThat(model.outage().orElseThrow())
          .contains("failed in 16 tasks in a row", "HTTP 400: what is a seed?");
      assertThat(model.answer(chats(5), MAX_TOKENS)).allMatch(Reply.Failed.class::isInstance);
      assertThat(server.requests()).hasSize(10 + RemoteModel.MAX_FAILURES_IN_A_ROW);
    }
  }

  @Test
  void whoWaitsForAnswersIsToldOfACancellation() throws Exception {
    CountDownLatch asked = new CountDownLatch(4);
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server =
            new FakeEndpoint(
                exchange -> {
                  asked.countDown();
                  end.await();
                });
        RemoteModel model = open(endpoint(server))) {
      Thread canceller =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      asked.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    model.cancel();
                  });
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> model.answer(chats(40), MAX_TOKENS));
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> model.answer(chats(1), MAX_TOKENS));
      canceller.join();
      assertThat(server.requests()).hasSize(4);
      end.countDown();
    }
  }

  @Test
  void aPlaceWhereNobodyListensIsNamedAtOnce() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Endpoint nobody =
        new Endpoint(
            Endpoint.base("http://127.0.0.1:" + port),
            Optional.of("tiny"),
            Optional.empty(),
            1,
            Endpoint.DEFAULT_TIMEOUT);
    assertThatExceptionOfType(ModelUnavailableException.class)
        .isThrownBy(() -> open(nobody))
        .withMessage(
            "http://127.0.0.1:%d/v1 cannot be reached: the connection was refused; check that the server runs and that the address is right",
            port);
    assertThat(waits).isEmpty();
  }

  @Test
  void ofSeveralModelsOneMustBeNamed() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say("ok"))) {
      server.withModels(e -> e.json(200, FakeEndpoint.models("tiny", "small")));
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> open(endpoint(server)))
          .withMessageEndingWith("serves 2 models; name one with --model-name: tiny, small");
      try (RemoteModel model = open(named(server, "small"))) {
        model.answer(chats(1), MAX_TOKENS);
      }
      server.withModels(e -> e.json(200, FakeEndpoint.models()));
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> open(endpoint(server)))
          .withMessageContaining("serves no model");
      assertThat(server.requests())
          .extracting(request -> request.required("model").stringValue())
          .containsExactly("small");
    }
  }

  @Test
  void aServerThatListsNoModelsIsUsedWhenTheModelIsNamed() throws Exception {
    try (FakeEndpoint server =
        new FakeEndpoint(e -> e.say("ok")).withModels(e -> e.json(404, "no such page"))) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> open(endpoint(server)))
          .withMessageContaining("does not list its models (HTTP 404: no such page)")
          .withMessageContaining("--model-name");
      try (RemoteModel model = open(named(server, "tiny"))) {
        assertThat(model.answer(chats(1), MAX_TOKENS).getFirst())
            .isInstanceOf(Reply.Answered.class);
      }
    }
  }

  @Test
  void aServerThatIsStillLoadingIsAwaited() throws Exception {
    try (FakeEndpoint server =
            new FakeEndpoint(e -> e.say("ok"))
                .withModels(
                    exchange -> {
                      if (exchange.number() < 4) {
                        exchange.error(503, "Loading model", "unavailable_error");
                      } else {
                        exchange.json(200, FakeEndpoint.models("tiny"));
                      }
                    });
        RemoteModel model = open(endpoint(server))) {
      assertThat(model.name()).isEqualTo("tiny");
    }
    assertThat(waits).hasSize(3);
  }

  @Test
  void messagesArriveAsTheyAre() throws Exception {
    List<Message> messages =
        List.of(
            Message.system("\"quoted\"\n\ttab"), Message.assistant("é 漢 \uD83D\uDE00 <|im_end|>"));
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say(e.asked()));
        RemoteModel model = open(endpoint(server))) {
      Reply reply = model.answer(List.of(new Chat("c", messages)), MAX_TOKENS).getFirst();
      assertThat(reply).isInstanceOf(Reply.Answered.class);
      assertThat(((Reply.Answered) reply).text()).isEqualTo(messages.getLast().content());
      JsonNode sent = server.requests().getFirst().required("messages");
      assertThat(sent).isInstanceOf(ArrayNode.class);
      assertThat(sent.get(0).required("content").stringValue())
          .isEqualTo(messages.getFirst().content());
      assertThat(sent.get(1).required("role").stringValue()).isEqualTo("assistant");
    }
  }
}
