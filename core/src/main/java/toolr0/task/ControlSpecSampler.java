package toolr0.task;

import java.util.Map;
import java.util.SplittableRandom;
import toolr0.base.Seed;

/** Draws control specs; the same seed gives the same spec. */
public final class ControlSpecSampler {
  private final ControlSpecWeights weights;

  public ControlSpecSampler(ControlSpecWeights weights) {
    this.weights = weights;
  }

  public ControlSpec sample(Seed seed) {
    String domain = draw(weights.domains(), seed.derive("domain").random());
    boolean noCall = seed.derive("no_call").random().nextDouble() < weights.noCall();
    boolean multiTurn = seed.derive("context").random().nextDouble() < weights.multiTurn();
    int numCalls;
    if (noCall) {
      numCalls = 0;
    } else if (multiTurn) {
      numCalls = 1;
    } else {
      numCalls = draw(weights.numCalls(), seed.derive("calls").random());
    }
    int numTools =
        draw(
            numCalls > 1 ? weights.numToolsMoreCalls() : weights.numToolsOneCall(),
            seed.derive("tools").random());
    return new ControlSpec(
        domain, multiTurn ? ContextType.MULTI_TURN : ContextType.SINGLE_TURN, numTools, numCalls);
  }

  private static <K> K draw(Map<K, Double> weights, SplittableRandom random) {
    double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
    double left = random.nextDouble() * sum;
    K last = weights.keySet().iterator().next();
    for (Map.Entry<K, Double> entry : weights.entrySet()) {
      if (entry.getValue() > 0) {
        last = entry.getKey();
        left -= entry.getValue();
        if (left < 0) {
          return last;
        }
      }
    }
    return last;
  }
}
