package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.chat.Reply;
import toolr0.remote.FakeEndpoint.Script;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

final class RemoteModelTest {
  private final RemoteClient client = new RemoteClient();

  @Test
  void answersHaveTheOrderOfTheChatsAndTheServersCount() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say("to " + e.asked()));
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      List<Reply> replies = model.answer(RemoteClient.chats(30), RemoteClient.MAX_TOKENS);
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
    assertThat(client.waits()).isEmpty();
  }

  @Test
  void aRequestIsGreedyBoundedAndSeeded() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say("ok"));
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS);
      assertThat(server.requests())
          .containsExactly(
              Json.parse(
                  """
                  {"model": "tiny", "messages": [{"role": "system", "content": "Be brief"},
                   {"role": "user", "content": "q0"}],
                   "temperature": 0, "max_tokens": 64, "seed": 0, "stream": false}
                  """));
      assertThat(server.headers("Authorization")).containsExactly("Bearer " + RemoteClient.KEY);
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
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      assertThat(model.answer(RemoteClient.chats(12), RemoteClient.MAX_TOKENS)).hasSize(12);
    }
    assertThat(most).hasValue(4);
  }

  @Test
  void messagesArriveAsTheyAre() throws Exception {
    List<Message> messages =
        List.of(
            Message.system("\"quoted\"\n\ttab"), Message.assistant("é 漢 \uD83D\uDE00 <|im_end|>"));
    try (FakeEndpoint server = new FakeEndpoint(e -> e.say(e.asked()));
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      Reply reply =
          model.answer(List.of(new Chat("c", messages)), RemoteClient.MAX_TOKENS).getFirst();
      assertThat(reply).isInstanceOf(Reply.Answered.class);
      assertThat(((Reply.Answered) reply).text()).isEqualTo(messages.getLast().content());
      JsonNode sent = server.requests().getFirst().required("messages");
      assertThat(sent).isInstanceOf(ArrayNode.class);
      assertThat(sent.get(0).required("content").stringValue())
          .isEqualTo(messages.getFirst().content());
      assertThat(sent.get(1).required("role").stringValue()).isEqualTo("assistant");
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
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      Reply ok = new Reply.Answered("ok", OptionalInt.of(2));
      assertThat(model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS)).containsExactly(ok);
      assertThat(model.remark()).isEmpty();
      assertThat(model.answer(RemoteClient.chats(3), RemoteClient.MAX_TOKENS))
          .containsExactly(ok, ok, ok);
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
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      assertThat(model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS).getFirst())
          .isInstanceOf(Reply.TooLong.class);
      assertThat(model.remark()).isEmpty();
    }
  }

  @RepeatedTest(20)
  void whoWaitsForAnswersIsToldOfACancellationAfterWhichNothingIsSent() throws Exception {
    CountDownLatch asked = new CountDownLatch(4);
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server = new FakeEndpoint(FakeEndpoint.silent(asked, end));
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      Thread canceller = FakeEndpoint.onceAsked(asked, model::cancel);
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> model.answer(RemoteClient.chats(400), RemoteClient.MAX_TOKENS));
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> model.answer(RemoteClient.chats(1), RemoteClient.MAX_TOKENS));
      canceller.join();
      TimeUnit.MILLISECONDS.sleep(20);
      assertThat(server.requests()).hasSize(4);
      end.countDown();
    }
  }
}
