package toolr0.eval.sets;

import java.util.List;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.task.Task;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

/** Scores of a benchmark's own, beside the two modes that every benchmark has. */
@FunctionalInterface
interface OwnRule {
  /**
   * The grades with the rule's scores added.
   *
   * @param calls the answer's calls; none when not all of them could be read
   */
  Grades add(Grades grades, List<ToolCall> calls);

  /** Judges by the published match, by equivalence, and by a rule. */
  static Grader beside(Task task, OwnRule rule) {
    Grader published = Grader.published(task);
    return answer ->
        rule.add(
            published.grade(answer),
            answer instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored) && ignored == 0
                ? calls
                : List.of());
  }

  /** A score of 1 or 0. */
  static double score(boolean right) {
    return right ? 1 : 0;
  }
}
