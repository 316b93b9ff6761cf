package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import toolr0.base.Seed;

class ControlSpecSamplerTest {
  private static final int DRAWS = 40_000;

  @Test
  void thePublishedMarginalsComeOut() {
    List<ControlSpec> specs = draw(ControlSpecWeights.published());
    assertThat(share(specs, s -> s.contextType() == ContextType.MULTI_TURN))
        .isEqualTo(0.1, about());
    assertThat(share(specs, s -> s.numCalls() == 1)).isEqualTo(0.82, about());
    assertThat(share(specs, s -> s.numCalls() == 2)).isEqualTo(0.18, about());
    assertThat(share(specs, s -> s.numTools() == 2)).isEqualTo(0.109, about());
    assertThat(share(specs, s -> s.numTools() == 4)).isEqualTo(0.181, about());
    assertThat(share(specs, s -> s.numTools() == 8)).isEqualTo(0.123, about());
    Map<String, Integer> domains = new HashMap<>();
    specs.forEach(s -> domains.merge(s.domain(), 1, Integer::sum));
    assertThat(domains).hasSize(32);
    assertThat(domains.values()).allMatch(n -> Math.abs(n / (double) DRAWS - 1 / 32.0) < 0.006);
  }

  @Test
  void tasksWithoutACallComeAsOftenAsAsked() {
    List<ControlSpec> specs = draw(ControlSpecWeights.of(List.of("a", "b"), 0.25));
    assertThat(share(specs, s -> s.numCalls() == 0)).isEqualTo(0.25, about());
    assertThat(share(draw(ControlSpecWeights.published()), s -> s.numCalls() == 0)).isZero();
  }

  @Test
  void theSameSeedGivesTheSameSpecs() {
    assertThat(draw(ControlSpecWeights.standard())).isEqualTo(draw(ControlSpecWeights.standard()));
  }

  @Test
  void weightsThatAreNoneAreRefusedByTheirKey() {
    ControlSpecWeights good = ControlSpecWeights.published();
    assertThatThrownBy(() -> with(good, Map.of("a", -1.0), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("domains.a");
    assertThatThrownBy(() -> with(good, Map.of(), 0)).hasMessageContaining("domains");
    assertThatThrownBy(() -> with(good, Map.of("a", 1.0), 1.5)).hasMessageContaining("no_call");
  }

  private static ControlSpecWeights with(
      ControlSpecWeights base, Map<String, Double> domains, double noCall) {
    return new ControlSpecWeights(
        domains,
        base.multiTurn(),
        noCall,
        base.numCalls(),
        base.numToolsOneCall(),
        base.numToolsMoreCalls());
  }

  private static List<ControlSpec> draw(ControlSpecWeights weights) {
    ControlSpecSampler sampler = new ControlSpecSampler(weights);
    Seed seed = new Seed(5);
    return IntStream.range(0, DRAWS).mapToObj(i -> sampler.sample(seed.derive(i))).toList();
  }

  private static double share(
      List<ControlSpec> specs, java.util.function.Predicate<ControlSpec> test) {
    return specs.stream().filter(test).count() / (double) specs.size();
  }

  private static org.assertj.core.data.Offset<Double> about() {
    return within(0.01);
  }
}
