package toolr0.curriculum;

import java.util.Locale;

/** How hard a task is for the Solver. */
public enum Difficulty {
  EASY,
  MEDIUM,
  HARD;

  /** The spelling in files: "easy", "medium" or "hard". */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Difficulty ofWireName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The difficulty by the share of right answers (pass@K). */
  static Difficulty of(double successRate, DatasetConfig config) {
    if (successRate >= config.easyFrom()) {
      return EASY;
    }
    return successRate < config.hardBelow() ? HARD : MEDIUM;
  }
}
