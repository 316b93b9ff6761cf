package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toolr0.base.Json;
import toolr0.chat.Reply;
import tools.jackson.databind.node.ObjectNode;

/** What the responses of an endpoint come to. */
final class RemoteResponsesTest {
  private final RemoteClient client = new RemoteClient();

  @Test
  void missingUsageMeansAnUnknownLength() throws Exception {
    assertThat(client.ask(e -> e.json(200, Json.compact(FakeEndpoint.completion("hi")))))
        .isEqualTo(new Reply.Answered("hi", OptionalInt.empty()));
    ObjectNode odd = FakeEndpoint.completion("hi");
    odd.putObject("usage").put("completion_tokens", -3);
    assertThat(client.ask(e -> e.json(200, Json.compact(odd))))
        .isEqualTo(new Reply.Answered("hi", OptionalInt.empty()));
  }

  @Test
  void anAnswerWithoutContentIsAnEmptyAnswer() throws Exception {
    ObjectNode body = FakeEndpoint.completion("");
    ((ObjectNode) body.required("choices").get(0).required("message")).putNull("content");
    assertThat(client.ask(e -> e.json(200, Json.compact(body))))
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
      try (RemoteModel model = client.open(endpoint)) {
        assertThat(
                RemoteClient.reason(
                    model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS).getFirst()))
            .isNotBlank();
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
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      assertThat(
              RemoteClient.reason(
                  model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS).getFirst()))
          .contains(expected);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void anEmptyResponseIsAFailure() throws Exception {
    assertThat(RemoteClient.reason(client.ask(e -> e.json(200, ""))))
        .contains("the response is no JSON");
  }

  @Test
  void bytesThatAreNoTextAreAFailure() throws Exception {
    byte[] body =
        Json.compact(FakeEndpoint.completion("caf?")).getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < body.length; i++) {
      body[i] = body[i] == '?' ? (byte) 0xe9 : body[i];
    }
    assertThat(RemoteClient.reason(client.ask(e -> e.bytes(200, body))))
        .isEqualTo("the response is not UTF-8 text");
  }

  @Test
  void aResponseOfTenMegabytesIsNotReadToItsEnd() throws Exception {
    String body = Json.compact(FakeEndpoint.completion("x".repeat(10_000_000)));
    assertThat(RemoteClient.reason(client.ask(e -> e.json(200, body))))
        .isEqualTo("the response is longer than 4 MiB");
  }

  @Test
  void anAnswerOfAMillionCharactersIsRead() throws Exception {
    String text = "é".repeat(1_000_000);
    assertThat(client.ask(e -> e.say(text)))
        .isEqualTo(new Reply.Answered(text, OptionalInt.of(1_000_000)));
  }

  @Test
  void deeplyNestedJsonIsAFailure() throws Exception {
    String bomb = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(RemoteClient.reason(client.ask(e -> e.json(200, bomb))))
        .contains("the response is no JSON", "200");
    assertThat(RemoteClient.reason(client.ask(e -> e.json(400, bomb)))).startsWith("HTTP 400: [[[");
  }

  @Test
  void whatAServerSaysIsHarmlessAndShort() throws Exception {
    String said = "\u001b[31mred\u0007\n\n  and " + "long ".repeat(10_000);
    String reason = RemoteClient.reason(client.ask(e -> e.error(400, said, "bad")));
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
            client.open(
                new Endpoint(
                    Endpoint.base(server.address()),
                    Optional.empty(),
                    Optional.empty(),
                    1,
                    Duration.ofSeconds(1)))) {
      assertThat(
              RemoteClient.reason(
                  model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS).getFirst()))
          .isEqualTo("no answer within 1 s");
      assertThat(server.requests()).hasSize(1);
      end.countDown();
    }
  }
}
