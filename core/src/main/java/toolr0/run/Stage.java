package toolr0.run;

import java.util.Locale;

/** One stage of an iteration, in the order in which they run. */
public enum Stage {
  /** Evaluation of the base model, before the first iteration. */
  BASE,
  /** A: the Generator is trained against the frozen Solver. */
  GENERATOR,
  /** B: the trained Generator writes tasks; the frozen Solver verifies and rates them. */
  DATASET,
  /** C: the Solver is trained on the tasks, easy to hard. */
  SOLVER,
  /** D: the trained Solver is evaluated. */
  EVALUATION;

  /** The spelling in files: "base", "generator", "dataset", "solver" or "evaluation". */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The stage of that spelling.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Stage ofWireName(String name) {
    for (Stage stage : values()) {
      if (stage.wireName().equals(name)) {
        return stage;
      }
    }
    throw new IllegalArgumentException("unknown stage \"" + name + "\"");
  }
}
