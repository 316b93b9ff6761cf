package toolr0.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import toolr0.run.Accuracy;

class WilsonTest {
  @Test
  void theQuantilesAreThoseOfTheTables() {
    assertThat(Wilson.quantile(0.975)).isCloseTo(1.959963984540054, within(1e-9));
    assertThat(Wilson.quantile(0.995)).isCloseTo(2.575829303548901, within(1e-9));
    assertThat(Wilson.quantile(0.5)).isCloseTo(0, within(1e-9));
  }

  /** Figures of R: prop.test(x, n, correct = FALSE). */
  @Test
  void theIntervalsAreThoseOfKnownSoftware() {
    Accuracy half = Wilson.accuracy(50, 100, 0.95);
    assertThat(half.ciLow()).isCloseTo(0.4038315, within(1e-6));
    assertThat(half.ciHigh()).isCloseTo(0.5961685, within(1e-6));
    Accuracy few = Wilson.accuracy(1, 10, 0.95);
    assertThat(few.ciLow()).isCloseTo(0.01787621, within(1e-6));
    assertThat(few.ciHigh()).isCloseTo(0.4041500, within(1e-6));
  }

  @Test
  void noneAndAllStayInsideTheRange() {
    Accuracy none = Wilson.accuracy(0, 20, 0.95);
    assertThat(none.ciLow()).isZero();
    assertThat(none.ciHigh()).isCloseTo(0.1611, within(1e-3));
    Accuracy all = Wilson.accuracy(20, 20, 0.95);
    assertThat(all.ciHigh()).isEqualTo(1);
    assertThat(all.ciLow()).isCloseTo(1 - 0.1611, within(1e-3));
  }

  @Test
  void moreTasksMakeTheIntervalNarrower() {
    double narrow = width(Wilson.accuracy(300, 1000, 0.95));
    assertThat(narrow).isLessThan(width(Wilson.accuracy(30, 100, 0.95)));
    assertThat(width(Wilson.accuracy(30, 100, 0.99)))
        .isGreaterThan(width(Wilson.accuracy(30, 100, 0.95)));
  }

  @Test
  void noTasksHaveNoShare() {
    assertThatThrownBy(() -> Wilson.accuracy(0, 0, 0.95))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double width(Accuracy accuracy) {
    return accuracy.ciHigh() - accuracy.ciLow();
  }
}
