package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TeamTest {

  @ParameterizedTest
  @CsvSource({"1, 0, 4", "1, 9, 4", "2, 1, 4", "2, 5, 4", "3, 9, 1", "3, 64, 4", "4, 2, 1"})
  void everyPlaceIsDoneOnceByAThreadOfItsOwn(int size, int length, int multiple) {
    Team team = Team.of(size);
    for (int round = 0; round < 2_000; round++) {
      AtomicIntegerArray done = new AtomicIntegerArray(length);
      AtomicIntegerArray parts = new AtomicIntegerArray(size);
      team.divide(
          length,
          multiple,
          (member, from, to) -> {
            assertThat(from % multiple).isZero();
            parts.incrementAndGet(member);
            for (int i = from; i < to; i++) {
              done.incrementAndGet(i);
            }
          });
      for (int i = 0; i < length; i++) {
        assertThat(done.get(i)).isEqualTo(1);
      }
      for (int member = 0; member < size; member++) {
        assertThat(parts.get(member)).isBetween(0, 1);
      }
    }
  }

  @Test
  void threadsThatSleepAreWokenAndWaitedFor() {
    Team team = Team.of(3);
    for (int slow = 0; slow < 3; slow++) {
      for (int round = 0; round < 20; round++) {
        int who = slow;
        AtomicIntegerArray done = new AtomicIntegerArray(3);
        team.divide(
            3,
            1,
            (member, from, to) -> {
              if (member == who) {
                pause();
              }
              done.incrementAndGet(from);
            });
        assertThat(done).hasToString("[1, 1, 1]");
      }
      pause();
    }
  }

  @Test
  void aPartThatFailsEndsTheWorkWhenTheOthersHaveEnded() {
    Team team = Team.of(2);
    for (int failing = 0; failing < 2; failing++) {
      int who = failing;
      AtomicBoolean other = new AtomicBoolean();
      assertThatThrownBy(
              () ->
                  team.divide(
                      2,
                      1,
                      (member, from, to) -> {
                        if (member == who) {
                          throw new ArithmeticException("no");
                        }
                        pause();
                        other.set(true);
                      }))
          .isInstanceOf(RuntimeException.class)
          .satisfies(
              e -> assertThat(who == 0 ? e : e.getCause()).isInstanceOf(ArithmeticException.class));
      assertThat(other).isTrue();
      team.divide(2, 1, (member, from, to) -> {});
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
