package toolr0.reward;

import java.util.List;
import toolr0.base.Seed;
import toolr0.task.Task;

/** Grades tasks for realism and for whether the gold calls answer the question. */
public interface Judge {

  /**
   * Grades each task; the result has the tasks' order.
   *
   * @param seed task i is judged with {@code seed.derive(i)} alone
   */
  List<JudgeOutcome> judge(List<Task> tasks, Seed seed);
}
