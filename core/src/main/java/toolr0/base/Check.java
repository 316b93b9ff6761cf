package toolr0.base;

/**
 * Range checks of configuration values; each message names the key, the value and what is allowed.
 */
public final class Check {
  private Check() {}

  public static void atLeast(String key, long value, long smallest) {
    require(value >= smallest, key, value, "must be at least " + smallest);
  }

  /** Finite and not negative. */
  public static void notNegative(String key, double value) {
    require(value >= 0 && Double.isFinite(value), key, value, "must be 0 or more");
  }

  /** Finite and above 0. */
  public static void positive(String key, double value) {
    require(value > 0 && Double.isFinite(value), key, value, "must be above 0");
  }

  /** In [low, high]. */
  public static void within(String key, double value, double low, double high) {
    require(value >= low && value <= high, key, value, "must be from " + low + " to " + high);
  }

  /**
   * Any condition on one key.
   *
   * @param rule how the sentence "key is value, but it ..." goes on
   * @throws IllegalArgumentException when the condition does not hold
   */
  public static void require(boolean condition, String key, Object value, String rule) {
    if (!condition) {
      throw new IllegalArgumentException(key + " is " + value + ", but it " + rule);
    }
  }
}
