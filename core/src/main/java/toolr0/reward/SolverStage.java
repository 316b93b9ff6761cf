package toolr0.reward;

import java.util.Locale;

/** How far the scoring of a Solver's completion came; what stops it gives accuracy 0. */
public enum SolverStage {
  NO_ANSWER_BLOCK,
  /** A think block is required and there is none. */
  NO_THINK_BLOCK,
  /** The answer block holds no calls. */
  PREDICTION_UNUSABLE,
  /** The gold text is no list and no object. */
  GOLD_UNPARSEABLE,
  /** There is no gold call, and tasks without calls do not count. */
  GOLD_WITHOUT_CALLS,
  SCORED;

  /** The spelling in reports, for example "no_answer_block". */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
