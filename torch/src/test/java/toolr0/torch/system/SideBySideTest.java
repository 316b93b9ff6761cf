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
  void aFailureIsToldWhenTheOtherWorkersHaveEnded() {
    int tasks = sideBySide.workers();
    AtomicInteger ended = new AtomicInteger();
    IllegalArgumentException failure = new IllegalArgumentException("the first");
    assertThatThrownBy(
            () ->
                sideBySide.run(
                    tasks,
                    (_, index) -> {
                      if (index == 0) {
                        throw failure;
                      }
                      rest();
                      return ended.incrementAndGet();
                    }))
        .isSameAs(failure);
    assertThat(ended).hasValue(tasks - 1);
  }

  @Test
  void anInterruptedCallerWaitsForTheWorkersAndStaysInterrupted() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger seen = new AtomicInteger(-1);
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  sideBySide.run(
                      2,
                      (_, _) -> {
                        begun.countDown();
                        rest();
                        return ended.incrementAndGet();
                      });
                  if (Thread.currentThread().isInterrupted()) {
                    seen.set(ended.get());
                  }
                });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    caller.join();
    assertThat(seen).hasValue(2);
  }

  private static void rest() {
    try {
      Thread.sleep(MOMENT_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
