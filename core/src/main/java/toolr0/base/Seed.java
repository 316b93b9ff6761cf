package toolr0.base;

import java.util.SplittableRandom;

/**
 * A node in the tree of seeds: every consumer of randomness derives its own from where it stands
 * (stage, iteration, step, group, member), so that no draw depends on what else was drawn before.
 */
public record Seed(long value) {

  /** The child named by a text, for example a stage. */
  public Seed derive(String label) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < label.length(); i++) {
      hash = (hash ^ label.charAt(i)) * 0x100000001b3L;
    }
    return new Seed(mix(value ^ mix(hash)));
  }

  /** The child with an index, for example a step or a group's member. */
  public Seed derive(long index) {
    return new Seed(mix(value + 0x9e3779b97f4a7c15L * (index + 1)));
  }

  /** A fresh generator that starts at this seed. */
  public SplittableRandom random() {
    return new SplittableRandom(value);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
