package toolr0.run;

/**
 * One stage of one iteration; the order is the order in time.
 *
 * @param iteration 0 for {@link Stage#BASE}, from 1 for all others
 */
public record StageId(int iteration, Stage stage) implements Comparable<StageId> {
  public StageId {
    if (iteration < 0 || (iteration == 0) != (stage == Stage.BASE)) {
      throw new IllegalArgumentException(
          "no stage " + stage.wireName() + " in iteration " + iteration);
    }
  }

  /** The evaluation of the base model. */
  public static StageId base() {
    return new StageId(0, Stage.BASE);
  }

  /** The stage's folder inside the run directory, for example "iteration-1/generator". */
  public String folder() {
    return stage == Stage.BASE ? "base" : "iteration-" + iteration + "/" + stage.wireName();
  }

  /** The stage in one word, for file names: "base" or for example "iteration-1-generator". */
  public String label() {
    return folder().replace('/', '-');
  }

  @Override
  public int compareTo(StageId other) {
    int byIteration = Integer.compare(iteration, other.iteration);
    return byIteration != 0 ? byIteration : stage.compareTo(other.stage);
  }
}
