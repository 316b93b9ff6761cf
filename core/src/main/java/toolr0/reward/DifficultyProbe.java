package toolr0.reward;

import java.util.List;
import toolr0.base.Seed;
import toolr0.task.Task;

/** Measures how often the frozen Solver solves tasks. */
public interface DifficultyProbe {

  /**
   * Asks the Solver several times for each task; the result has the tasks' order.
   *
   * @param seed task i is asked with {@code seed.derive(i)} alone
   */
  List<ProbeOutcome> probe(List<Task> tasks, Seed seed);
}
