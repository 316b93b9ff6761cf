package toolr0.eval;

import java.util.List;
import toolr0.task.Task;
import toolr0.tool.CallMatcher;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

/** Judges answers to one task. */
@FunctionalInterface
public interface Grader {
  /** Code of an answer from which no calls can be read. */
  String UNREADABLE = "unreadable";

  /** Code of an answer whose calls are not the wanted ones. */
  String MISMATCH = "mismatch";

  /**
   * The grades of an answer.
   *
   * @param answer what could be read from the completion
   */
  Grades grade(ParsedCalls answer);

  /** Compares typed values as the pocket benchmark does: 5 is 5.0, "5" is not 5. */
  static Grader typed(Task task) {
    return byCalls(
        (calls) ->
            Grades.of(
                CallMatcher.strict(calls, task.gold(), task.tools()),
                CallMatcher.equivalent(calls, task.gold(), task.tools()),
                MISMATCH));
  }

  /** Compares as the paper's binary AST match does. */
  static Grader published(Task task) {
    return byCalls(
        calls ->
            Grades.of(
                CallMatcher.published(calls, task.gold()),
                CallMatcher.equivalent(calls, task.gold(), task.tools()),
                MISMATCH));
  }

  /** Judges calls; an answer from which none can be read, or not all, is wrong. */
  static Grader byCalls(CallGrader grader) {
    return answer ->
        answer.whole().map(grader::grade).orElseGet(() -> Grades.of(false, false, UNREADABLE));
  }

  /** Judges the calls of an answer that could be read whole. */
  @FunctionalInterface
  interface CallGrader {
    Grades grade(List<ToolCall> calls);
  }
}
