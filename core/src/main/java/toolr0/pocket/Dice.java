package toolr0.pocket;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import toolr0.base.Seed;

/** Random choices drawn from one seed. */
final class Dice {
  private final SplittableRandom random;

  Dice(Seed seed) {
    this.random = seed.random();
  }

  /** Whether an event of the given probability happens. */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A whole number from low to high, both included. */
  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  double unit() {
    return random.nextDouble();
  }

  <T> T pick(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  /** The index of one of the weights, in proportion to them. */
  int weighted(double... weights) {
    double total = 0;
    for (double w : weights) {
      total += w;
    }
    double u = random.nextDouble() * total;
    for (int i = 0; i < weights.length - 1; i++) {
      u -= weights[i];
      if (u < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  <T> List<T> shuffled(List<T> items) {
    var list = new ArrayList<>(items);
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T swap = list.get(i);
      list.set(i, list.get(j));
      list.set(j, swap);
    }
    return list;
  }
}
