package toolr0.reward;

/** What probing a task's difficulty gave. */
public sealed interface ProbeOutcome {

  /**
   * The Solver was asked.
   *
   * @param successes answers equal to gold
   * @param samples answers asked for, at least 1
   */
  record Scored(int successes, int samples) implements ProbeOutcome {
    public Scored {
      if (samples < 1 || successes < 0 || successes > samples) {
        throw new IllegalArgumentException(successes + " successes of " + samples + " samples");
      }
    }

    /** The share of answers equal to gold. */
    public double successRate() {
      return (double) successes / samples;
    }
  }

  /** There was nothing to ask, for example because the completion holds no task. */
  record NotApplicable(String reason) implements ProbeOutcome {}

  /** The Solver could not be asked; the task must not be scored. */
  record Failed(String cause) implements ProbeOutcome {}
}
