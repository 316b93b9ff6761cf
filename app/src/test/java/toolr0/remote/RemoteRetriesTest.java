package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import toolr0.chat.Reply;
import toolr0.remote.FakeEndpoint.Script;

/** What is sent again, and after how long. */
final class RemoteRetriesTest {
  private final RemoteClient client = new RemoteClient();

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
    assertThat(client.ask(script)).isInstanceOf(Reply.Answered.class);
    assertThat(client.waits()).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void aServerThatWantsTooLongAWaitIsAskedAgainEveryFiveMinutes() throws Exception {
    Script script =
        exchange -> {
          exchange.http().getResponseHeaders().set("Retry-After", "3600");
          exchange.error(429, "come back later", "rate_limit");
        };
    assertThat(RemoteClient.reason(client.ask(script)))
        .isEqualTo("HTTP 429: come back later (8 attempts)");
    assertThat(client.waits()).hasSize(7).containsOnly(Duration.ofMinutes(5));
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
    assertThat(client.ask(script)).isInstanceOf(Reply.Answered.class);
    assertThat(client.waits()).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(client.waits().get(i))
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
    assertThat(client.ask(script))
        .isEqualTo(new Reply.Answered("third time lucky", OptionalInt.of(16)));
    assertThat(client.waits()).hasSize(2);
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
        RemoteModel model = client.open(RemoteClient.endpoint(server))) {
      List<Reply> replies = model.answer(RemoteClient.chats(3), RemoteClient.MAX_TOKENS);
      assertThat(RemoteClient.reason(replies.get(1)))
          .isEqualTo("HTTP 503: overloaded (8 attempts)");
      assertThat(replies.get(0)).isInstanceOf(Reply.Answered.class);
      assertThat(replies.get(2)).isInstanceOf(Reply.Answered.class);
      assertThat(server.requests()).hasSize(2 + Patience.usual().maxAttempts());
      assertThat(model.outage()).isEmpty();
    }
  }
}
