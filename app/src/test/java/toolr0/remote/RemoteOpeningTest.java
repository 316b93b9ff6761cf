package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;

/** How a model is found behind an endpoint. */
final class RemoteOpeningTest {
  private final RemoteClient client = new RemoteClient();

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
          .isThrownBy(() -> client.open(silent))
          .withMessageContaining("cannot be reached: it does not answer within 1 s");
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
        .isThrownBy(() -> client.open(nobody))
        .withMessage(
            "http://127.0.0.1:%d/v1 cannot be reached: the connection was refused; check that the server runs and that the address is right",
            port);
    assertThat(client.waits()).isEmpty();
  }

  @Test
  void ofSeveralModelsOneMustBeNamed() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say("ok"))) {
      server.withModels(e -> e.json(200, FakeEndpoint.models("tiny", "small")));
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> client.open(RemoteClient.endpoint(server)))
          .withMessageEndingWith("serves 2 models; name one with --model-name: tiny, small");
      try (RemoteModel model = client.open(RemoteClient.named(server, "small"))) {
        model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS);
      }
      server.withModels(e -> e.json(200, FakeEndpoint.models()));
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> client.open(RemoteClient.endpoint(server)))
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
          .isThrownBy(() -> client.open(RemoteClient.endpoint(server)))
          .withMessageContaining("does not list its models (HTTP 404: no such page)")
          .withMessageContaining("--model-name");
      try (RemoteModel model = client.open(RemoteClient.named(server, "tiny"))) {
        assertThat(model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS).getFirst())
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
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      assertThat(model.name()).isEqualTo("tiny");
    }
    assertThat(client.waits()).hasSize(3);
  }
}
