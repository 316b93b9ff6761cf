package toolr0.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AdvantagesTest {
  private static final double NAN = Double.NaN;

  @Test
  void aGroupIsDividedByItsOwnSampleStandardDeviation() {
    double[] advantages = one(ScaleRewards.GROUP, 1, 2, 3, 6);
    double std = Math.sqrt((4 + 1 + 0 + 9) / 3.0) + 1e-4;
    assertThat(advantages)
        .containsExactly(new double[] {-2 / std, -1 / std, 0, 3 / std}, within(1e-12));
  }

  @Test
  void withoutScalingOnlyTheMeanIsTaken() {
    assertThat(one(ScaleRewards.NONE, 1, 2, 3, 6)).containsExactly(-2, -1, 0, 3);
  }

  @Test
  void theBatchScaleTakesTheGroupsMeanAndTheBatchsDeviation() {
    List<double[]> advantages =
        Advantages.of(List.of(new double[] {0, 1}, new double[] {4, 7}), ScaleRewards.BATCH);
    double std = Advantages.std(new double[] {0, 1, 4, 7}) + 1e-4;
    assertThat(advantages.get(0))
        .containsExactly(new double[] {-0.5 / std, 0.5 / std}, within(1e-12));
    assertThat(advantages.get(1))
        .containsExactly(new double[] {-1.5 / std, 1.5 / std}, within(1e-12));
  }

  @Test
  void anUnscorableCompletionHasAdvantageZeroAndIsInNoMean() {
    double[] with = one(ScaleRewards.GROUP, 1, NAN, 3);
    double[] without = one(ScaleRewards.GROUP, 1, 3);
    assertThat(with).containsExactly(without[0], 0, without[1]);
  }

  @Test
  void equalRewardsHaveAdvantageZero() {
    assertThat(one(ScaleRewards.GROUP, 0.7, 0.7, 0.7)).containsOnly(0);
  }

  @Test
  void aGroupWithNoneOrOneScoredCompletionHasAdvantageZero() {
    assertThat(one(ScaleRewards.GROUP, NAN, NAN)).containsOnly(0);
    assertThat(one(ScaleRewards.GROUP, NAN, 2)).containsOnly(0);
  }

  @Test
  void advantagesOfAGroupAddUpToZero() {
    double sum = 0;
    for (double a : one(ScaleRewards.GROUP, 0.3, 1.7, 0.9, 0, 2)) {
      sum += a;
    }
    assertThat(sum).isCloseTo(0, within(1e-9));
  }

  @Test
  void groupsWithoutSignalAreToldApartByCause() {
    assertThat(GroupSignal.of(new double[] {2, 2, 2}, 2)).isEqualTo(GroupSignal.ALL_RIGHT);
    assertThat(GroupSignal.of(new double[] {0, 0, 1e-12}, 2)).isEqualTo(GroupSignal.ALL_WRONG);
    assertThat(GroupSignal.of(new double[] {0.3, 0.3}, 2)).isEqualTo(GroupSignal.EQUAL);
    assertThat(GroupSignal.of(new double[] {NAN, 0.3}, 2)).isEqualTo(GroupSignal.UNSCORABLE);
    assertThat(GroupSignal.of(new double[] {NAN, 0.3, 0.4}, 2)).isEqualTo(GroupSignal.LIVE);
  }

  private static double[] one(ScaleRewards scale, double... rewards) {
    return Advantages.of(List.of(rewards), scale).getFirst();
  }
}
