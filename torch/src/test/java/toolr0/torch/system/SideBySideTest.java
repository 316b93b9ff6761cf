package toolr0.torch.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import toolr0.policy.Device;

final class SideBySideTest {
  private static final long MOMENT_MILLIS = 50;

  private final SideBySide sideBySide = SideBySide.forModel(1, Device.CPU);

  @Test
  void resultsComeInTheOrderOfTheTasks() {
    assertThat(sideBySide.run(5, (_, index) -> index * index)).isEqualTo(List.of(0, 1, 4, 9, 16));
  }

  @Test
  void aFailureIsToldWhenTheOtherWorkersHaveEndedAndBeginNoMore() {
    int workers = sideBySide.workers();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger begun = new AtomicInteger();
    IllegalArgumentException failure = new IllegalArgumentException("the first");
    assertThatThrownBy(
            () ->
                sideBySide.run(
                    100 * workers,
                    (_, index) -> {
                      begun.incrementAndGet();
                      if (index == 0) {
                        throw failure;
                      }
                      running.incrementAndGet();
                      rest();
                      return running.decrementAndGet();
                    }))
        .isSameAs(failure);
    assertThat(running).hasValue(0);
    assertThat(begun).hasValueLessThan(100 * workers);
  }

  @Test
  void anInterruptedCallerWaitsForTheWorkersAndStaysInterrupted() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicInteger seen = new AtomicInteger(-1);
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  sideBySide.run(
                      2,
                      (_, _) -> {
                        begun.countDown();
                        await(interrupted);
                        rest();
                        return ended.incrementAndGet();
                      });
                  if (Thread.currentThread().isInterrupted()) {
                    seen.set(ended.get());
                  }
                });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    interrupted.countDown();
    caller.join();
    assertThat(seen).hasValue(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void rest() {
    try {
      Thread.sleep(MOMENT_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
