package toolr0.reward;

import java.util.List;
import toolr0.tool.ToolCall;

/**
 * One answer of a Solver, compared with the gold calls.
 *
 * @param calls the calls as they were read, none when they could not be
 */
public record SolverAnswer(AnswerVerdict verdict, List<ToolCall> calls) {
  public SolverAnswer {
    calls = List.copyOf(calls);
  }

  /** Whether the answer counts as right. */
  public boolean matches() {
    return verdict == AnswerVerdict.MATCH;
  }
}
