package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ServersTest {
  private final Instant deadline = Instant.now().plus(Duration.ofHours(1));

  private Servers.Place take(Servers servers) throws InterruptedException {
    return servers.take(Optional.empty(), deadline);
  }

  @Test
  void aPlaceThatIsGivenBackAfterACancellationGoesToNobody() throws Exception {
    Endpoint endpoint =
        new Endpoint(
            URI.create("http://127.0.0.1:9/v1"),
            Optional.of("tiny"),
            Optional.empty(),
            1,
            Duration.ofMinutes(1));
    Servers servers = new Servers(RemoteSetup.plain(endpoint), UnaryOperator.identity());
    Servers.Place held = take(servers);
    assertThat(held).isInstanceOf(Servers.Place.At.class);
    FutureTask<Servers.Place> waiting = new FutureTask<>(() -> take(servers));
    Thread waiter = Thread.ofPlatform().start(waiting);
    while (waiter.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
    servers.cancel();
    servers.leave(((Servers.Place.At) held).server());
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiting::get)
        .withCauseInstanceOf(CancellationException.class);
    assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> take(servers));
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> servers.pause(Duration.ofHours(1), deadline));
  }

  @Test
  void whatIsSentAfterACancellationReachesNobody() throws Exception {
    try (FakeEndpoint endpoint = new FakeEndpoint(SamplerClient::echo)) {
      Servers servers =
          new Servers(RemoteSetup.plain(RemoteClient.endpoint(endpoint)), UnaryOperator.identity());
      Server server = servers.all().getFirst();
      servers.cancel();
      assertThat(server.ask("{}", Duration.ofSeconds(20))).isInstanceOf(Exchange.Broken.class);
      assertThat(endpoint.requests()).isEmpty();
    }
  }
}
