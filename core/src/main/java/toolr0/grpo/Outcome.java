package toolr0.grpo;

import java.util.List;

/** What scoring one completion came to; a failure is never a reward of 0. */
public sealed interface Outcome {

  /**
   * The completion was scored.
   *
   * @param partsR one finite reward per reward function
   */
  record Scored(List<Double> partsR) implements Outcome {
    public Scored {
      partsR = List.copyOf(partsR);
      for (double part : partsR) {
        if (!Double.isFinite(part)) {
          throw new IllegalArgumentException("a reward is " + part);
        }
      }
    }
  }

  /**
   * The completion could not be scored; it takes no part in its group's mean and has advantage 0.
   */
  record Unscorable(String cause) implements Outcome {}
}
