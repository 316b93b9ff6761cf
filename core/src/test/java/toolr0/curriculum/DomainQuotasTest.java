package toolr0.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DomainQuotasTest {
  @ParameterizedTest
  @EnumSource(SelectionRule.class)
  void quotasFollowTheWeightsAndWhatThereIs(SelectionRule rule) {
    TreeMap<String, Integer> available = new TreeMap<>(Map.of("a", 100, "b", 5, "c", 100));
    Map<String, Double> weights = new TreeMap<>(Map.of("a", 0.5, "b", 0.25, "c", 0.25));
    assertThat(DomainQuotas.of(available, weights, 40, rule))
        .isEqualTo(Map.of("a", 23, "b", 5, "c", 12));
  }

  @Test
  void whatRoundingGivesTooMuchIsTakenFromManyOrAsPublishedFromTheLast() {
    TreeMap<String, Integer> available = new TreeMap<>();
    Map<String, Double> weights = new TreeMap<>();
    for (char domain = 'a'; domain <= 'f'; domain++) {
      available.put(String.valueOf(domain), 10);
      weights.put(String.valueOf(domain), 1.0);
    }
    assertThat(DomainQuotas.of(available, weights, 10, SelectionRule.BALANCED))
        .isEqualTo(Map.of("a", 2, "b", 2, "c", 2, "d", 2, "e", 1, "f", 1));
    assertThat(DomainQuotas.of(available, weights, 10, SelectionRule.QUOTAS))
        .isEqualTo(Map.of("a", 2, "b", 2, "c", 2, "d", 2, "e", 2, "f", 0));
  }

  @ParameterizedTest
  @EnumSource(SelectionRule.class)
  void quotasAddUpWhateverTheRounding(SelectionRule rule) {
    SplittableRandom random = new SplittableRandom(9);
    for (int trial = 0; trial < 500; trial++) {
      TreeMap<String, Integer> available = new TreeMap<>();
      Map<String, Double> weights = new TreeMap<>();
      int domains = 1 + random.nextInt(40);
      for (int d = 0; d < domains; d++) {
        available.put("d" + d, random.nextInt(30));
        weights.put("d" + d, random.nextInt(4) / 3.0);
      }
      int all = available.values().stream().mapToInt(Integer::intValue).sum();
      int total = all == 0 ? 0 : random.nextInt(all + 1);
      Map<String, Integer> quotas = DomainQuotas.of(available, weights, total, rule);
      assertThat(quotas.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(total);
      quotas.forEach((d, quota) -> assertThat(quota).isBetween(0, available.get(d)));
    }
  }
}
