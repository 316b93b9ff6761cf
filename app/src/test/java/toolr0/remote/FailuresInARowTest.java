package toolr0.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class FailuresInARowTest {
  private final FailuresInARow failures = new FailuresInARow();

  private int lost(Instant sent) {
    return failures.add(new Outcome.Lost<>("the connection broke", sent));
  }

  /** A moment after everything so far. */
  private static Instant later() throws InterruptedException {
    Thread.sleep(2);
    return Instant.now();
  }

  @Test
  void whatWasUnderWayWhenTheFirstWasLostIsLostWithIt() throws Exception {
    Instant sent = Instant.now();
    assertThat(lost(sent)).isEqualTo(1);
    assertThat(lost(sent)).isEqualTo(1);
    assertThat(lost(later())).isEqualTo(2);
  }

  @Test
  void aLossThatIsNotCountedDoesNotTakeInWhatWasSentBeforeIt() throws Exception {
    Instant first = Instant.now();
    assertThat(lost(first)).isEqualTo(1);
    for (int i = 2; i < 20; i++) {
      Instant next = later();
      later();
      assertThat(lost(first)).isEqualTo(i - 1);
      assertThat(lost(next)).isEqualTo(i);
      first = next;
    }
  }

  @Test
  void whatAServerSaidIsCountedOneByOneAndAnAnswerEndsTheRow() {
    for (int i = 1; i < 4; i++) {
      assertThat(failures.add(new Step.Failed<>("HTTP 400"))).isEqualTo(i);
    }
    assertThat(failures.add(new Step.Hopeless<>("HTTP 401"))).isEqualTo(3);
    assertThat(failures.add(new Outcome.TooLate<>("no answer in time"))).isEqualTo(3);
    failures.end();
    assertThat(failures.add(new Step.Failed<>("HTTP 400"))).isEqualTo(1);
  }
}
