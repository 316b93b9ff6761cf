package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import toolr0.policy.ChatSampler;
import toolr0.selfplay.RemoteConfig;
import toolr0.selfplay.RemoteModelConfig;
import toolr0.selfplay.RemoteRole;

final class RemotesTest {
  private static Remotes remotes(FakeEndpoint server) {
    RemoteConfig plain = RemoteConfig.defaults();
    return new Remotes(
        new RemoteConfig(
            new RemoteModelConfig(
                List.of(server.address()), "tiny", RemoteModelConfig.API_KEY_VARIABLE),
            plain.judge(),
            plain.verification(),
            plain.candidates(),
            plain.concurrency(),
            plain.timeoutSeconds(),
            plain.deadlineSeconds(),
            plain.maxAttempts(),
            plain.completionsPerRequest(),
            plain.samplingExtensions(),
            plain.logprobs()),
        _ -> "");
  }

  @Test
  void aModelIsHeldUntilItsStageClosesIt() throws Exception {
    try (FakeEndpoint server = new FakeEndpoint(SamplerClient::echo);
        Remotes remotes = remotes(server)) {
      remotes.check();
      assertThat(remotes.open()).isZero();
      ChatSampler model = remotes.open(RemoteRole.PROBE, 0, Path.of("base"));
      assertThat(remotes.open()).isEqualTo(1);
      model.close();
      assertThat(remotes.open()).isZero();
    }
  }

  @Test
  void aCancellationReachesAModelThatIsBeingOpened() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (FakeEndpoint server =
            new FakeEndpoint(SamplerClient::echo).withModels(FakeEndpoint.silent(asked, end));
        Remotes remotes = remotes(server)) {
      Thread canceller = FakeEndpoint.onceAsked(asked, remotes::cancel);
      long begin = System.nanoTime();
      assertThatExceptionOfType(CancellationException.class).isThrownBy(remotes::check);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
      canceller.join();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(() -> remotes.open(RemoteRole.PROBE, 0, Path.of("base")).close());
      end.countDown();
    }
  }
}
