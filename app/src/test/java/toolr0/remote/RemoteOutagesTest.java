package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toolr0.chat.ModelUnavailableException;
import toolr0.chat.Reply;
import toolr0.policy.Answers;
import toolr0.policy.SamplingParams;
import toolr0.remote.FakeEndpoint.Script;

/** When an endpoint is left alone, and what is said of it. */
final class RemoteOutagesTest {
  private final RemoteClient client = new RemoteClient();

  @Test
  void redirectsAreNotFollowedAndEndTheMatter() throws Exception {
    Script loop =
        exchange -> {
          exchange.http().getResponseHeaders().set("Location", "/v1/chat/completions");
          exchange.bytes(307, new byte[0]);
        };
    try (FakeEndpoint server = new FakeEndpoint(loop);
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      List<Reply> replies = model.answer(RemoteClient.chats(50), RemoteClient.MAX_TOKENS);
      assertThat(replies).hasSize(50).allMatch(Reply.Failed.class::isInstance);
      assertThat(model.outage().orElseThrow())
          .contains(server.address(), "redirects to /v1/chat/completions", "the final address");
      assertThat(server.requests()).hasSizeLessThanOrEqualTo(4);
    }
  }

  @Test
  void aRefusedKeyEndsTheMatterAndIsNeverShown() throws Exception {
    Script script = e -> e.error(401, "Incorrect API key: " + RemoteClient.KEY, "invalid_api_key");
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      model.answer(RemoteClient.chats(3), RemoteClient.MAX_TOKENS);
      assertThat(model.outage().orElseThrow())
          .contains("refuses access (HTTP 401: Incorrect API key: ***)", "OPENAI_API_KEY")
          .doesNotContain(RemoteClient.KEY);
      assertThat(RemoteClient.endpoint(server).toString()).doesNotContain(RemoteClient.KEY);
    }
    try (FakeEndpoint server = new FakeEndpoint(script).withModels(script)) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(() -> client.open(RemoteClient.endpoint(server)))
          .withMessageContaining("holds a key, but not one for this endpoint")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(RemoteClient.KEY));
    }
  }

  @Test
  void aModelThatIsNotServedEndsTheMatter() throws Exception {
    Script script = e -> e.error(404, "The model `huge` does not exist.", "NotFoundError");
    try (FakeEndpoint server =
            new FakeEndpoint(script)
                .withModels(e -> e.json(200, FakeEndpoint.models("tiny", "small")));
        RemoteModel model = client.open(RemoteClient.named(server, "huge"))) {
      model.answer(RemoteClient.chats(3), RemoteClient.MAX_TOKENS);
      assertThat(model.outage().orElseThrow())
          .contains("the model \"huge\"", "HTTP 404: The model `huge` does not exist.")
          .contains("--model-name (served: tiny, small)");
    }
  }

  @Test
  void usedUpCreditEndsTheMatter() throws Exception {
    try (FakeEndpoint server =
            new FakeEndpoint(e -> e.error(429, "You have no credit.", "insufficient_quota"));
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      model.answer(RemoteClient.chats(3), RemoteClient.MAX_TOKENS);
      assertThat(model.outage().orElseThrow()).contains("no more answers", "You have no credit.");
    }
    assertThat(client.waits()).isEmpty();
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
        RemoteModel model = client.open(RemoteClient.endpoint(server, 1))) {
      List<Reply> replies = model.answer(RemoteClient.chats(100), RemoteClient.MAX_TOKENS);
      assertThat(replies.stream().filter(Reply.Answered.class::isInstance)).hasSize(10);
      assertThat(replies.stream().filter(Reply.Failed.class::isInstance)).hasSize(90);
      assertThat(model.outage().orElseThrow())
          .contains("failed in 16 tasks in a row", "HTTP 400: what is a seed?");
      assertThat(model.answer(RemoteClient.chats(5), RemoteClient.MAX_TOKENS))
          .allMatch(Reply.Failed.class::isInstance);
      assertThat(server.requests()).hasSize(10 + RemoteModel.MAX_FAILURES_IN_A_ROW);
    }
  }

  @Test
  void requestsThatAreLostTogetherAreOneFailure() throws Exception {
    int open = RemoteModel.MAX_FAILURES_IN_A_ROW + 4;
    CountDownLatch together = new CountDownLatch(open);
    SamplerClient sampler = new SamplerClient().concurrency(open).attempts(1);
    try (FakeEndpoint server =
            new FakeEndpoint(
                exchange -> {
                  if (exchange.number() <= open) {
                    together.countDown();
                    together.await();
                    exchange.drop();
                  } else {
                    TimeUnit.MILLISECONDS.sleep(300);
                    SamplerClient.echo(exchange);
                  }
                });
        RemoteModel model = sampler.open(server)) {
      SamplingParams params = SamplingParams.at(0.7, 64);
      List<Answers> answers = model.ask(SamplerClient.questions(open + 8, 1), params);
      assertThat(answers.stream().filter(Answers.Failed.class::isInstance)).hasSize(open);
      assertThat(answers.stream().filter(Answers.Given.class::isInstance)).hasSize(8);
    }
  }

  /** There is always a request under way when another is lost: each waits for the one after it. */
  @Test
  void requestsThatAreLostBesideEachOtherForeverAreAnOutage() throws Exception {
    int asked = 4 * RemoteModel.MAX_FAILURES_IN_A_ROW;
    List<CountDownLatch> arrived =
        IntStream.rangeClosed(0, asked + 1).mapToObj(i -> new CountDownLatch(1)).toList();
    SamplerClient sampler = new SamplerClient().concurrency(2).attempts(1);
    try (FakeEndpoint server =
            new FakeEndpoint(
                exchange -> {
                  arrived.get(exchange.number()).countDown();
                  boolean _ = arrived.get(exchange.number() + 1).await(1, TimeUnit.SECONDS);
                  exchange.drop();
                });
        RemoteModel model = sampler.open(server)) {
      assertThatExceptionOfType(ModelUnavailableException.class)
          .isThrownBy(
              () -> model.ask(SamplerClient.questions(asked, 1), SamplingParams.at(0.7, 64)))
          .withMessageContaining("failed in 16 tasks in a row, the last time with: the connection");
      assertThat(server.requests()).hasSizeLessThan(asked);
    }
  }
}
