package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.chat.Reply;
import toolr0.remote.FakeEndpoint.Script;

/** Opens models behind fake endpoints, and notes how long they would wait. */
final class RemoteClient {
  static final int MAX_TOKENS = 64;
  static final String KEY = "sk-0123456789abcdef";

  private final List<Duration> waits = Collections.synchronizedList(new ArrayList<>());

  /** The waits that the models asked for; nothing is really awaited. */
  List<Duration> waits() {
    return waits;
  }

  static Endpoint endpoint(FakeEndpoint server) {
    return endpoint(server, 4);
  }

  static Endpoint endpoint(FakeEndpoint server, int concurrency) {
    return new Endpoint(
        Endpoint.base(server.address()),
        Optional.empty(),
        ApiKey.of(KEY),
        concurrency,
        Endpoint.DEFAULT_TIMEOUT);
  }

  RemoteModel open(Endpoint endpoint) {
    return RemoteModel.open(
        endpoint,
        wait -> {
          waits.add(wait);
          return Duration.ZERO;
        });
  }

  static List<Chat> chats(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> new Chat("c" + i, List.of(Message.system("Be brief"), Message.user("q" + i))))
        .toList();
  }

  /** Asks one chat of a server. */
  Reply ask(Script script) throws IOException {
    try (FakeEndpoint server = new FakeEndpoint(script);
        RemoteModel model = open(endpoint(server))) {
      return model.answer(chats(1), MAX_TOKENS).getFirst();
    }
  }

  static String reason(Reply reply) {
    assertThat(reply).isInstanceOf(Reply.Failed.class);
    return ((Reply.Failed) reply).reason();
  }

  static Endpoint named(FakeEndpoint server, String model) {
    return new Endpoint(
        Endpoint.base(server.address()),
        Optional.of(model),
        Optional.empty(),
        4,
        Endpoint.DEFAULT_TIMEOUT);
  }
}
