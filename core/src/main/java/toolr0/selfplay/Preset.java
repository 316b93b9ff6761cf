package toolr0.selfplay;

import java.util.Locale;

/** A set of values that a configuration's written keys override. */
public enum Preset {
  /** The mended method: the published one with the defects mended that docs/method.md says are. */
  DEFAULT,
  /** The published method to the letter, its defects included. */
  PAPER;

  /** The spelling in configuration: "default" or "paper". */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The preset's configuration.
   *
   * @param model folder of the base checkpoint
   */
  public SelfPlayConfig config(String model) {
    return switch (this) {
      case DEFAULT -> SelfPlayConfig.defaults(model);
      case PAPER -> SelfPlayConfig.paper(model);
    };
  }
}
