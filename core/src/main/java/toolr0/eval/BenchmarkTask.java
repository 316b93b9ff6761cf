package toolr0.eval;

import java.util.Optional;
import toolr0.task.Task;

/**
 * One task of a benchmark.
 *
 * @param id unique within its benchmark
 * @param category what it tries
 * @param task what is asked; its gold calls are an answer that is right as the benchmark counts
 * @param noTool whether not to call any tool is the right answer
 * @param grader judges answers
 * @param unanswerable what the gold asks for that was not offered, or why the checker rejects it,
 *     so that an answer can hardly be right; empty when nothing of the kind is known
 */
public record BenchmarkTask(
    String id,
    String category,
    Task task,
    boolean noTool,
    Grader grader,
    Optional<String> unanswerable) {

  /** A task whose gold calls are the only right answer; none when no tool fits. */
  public BenchmarkTask(String id, String category, Task task, Grader grader) {
    this(id, category, task, task.gold().isEmpty(), grader, Optional.empty());
  }

  /**
   * The same task, marked as one whose gold asks for what was not offered, so that an answer can
   * hardly be right; graded all the same.
   */
  public BenchmarkTask unanswerable(String reason) {
    return new BenchmarkTask(id, category, task, noTool, grader, Optional.of(reason));
  }
}
