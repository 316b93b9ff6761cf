package toolr0.reward;

/** What judging a task gave. */
public sealed interface JudgeOutcome {

  /**
   * The judge answered.
   *
   * @param score 1 to 5
   */
  record Scored(int score) implements JudgeOutcome {
    public Scored {
      if (score < 1 || score > 5) {
        throw new IllegalArgumentException("A judge's score is 1 to 5, not " + score);
      }
    }

    /** The score on the scale from 0 to 1. */
    public double share() {
      return (score - 1) / 4.0;
    }
  }

  /** There was nothing to judge, or there is no judge. */
  record NotApplicable(String reason) implements JudgeOutcome {}

  /** The judge could not be asked, or its reply holds no score. */
  record Failed(String cause) implements JudgeOutcome {}
}
