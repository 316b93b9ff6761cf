package toolr0.eval.bfcl;

import java.util.List;
import java.util.Optional;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

/**
 * BFCL's own verdict, with its error types as codes. Where no call is wanted, or any, an answer
 * from which no calls can be read counts as a refusal.
 *
 * @param check the comparison with the answers, for categories with answers
 */
record BfclGrader(BfclCategory.Rule rule, Optional<EquivalentCheck> check) implements Grader {

  @Override
  public Grades grade(ParsedCalls answer) {
    boolean called =
        answer instanceof ParsedCalls.Calls(List<ToolCall> calls, int ignored)
            && ignored == 0
            && !calls.isEmpty();
    return switch (rule) {
      case NO_CALL -> grades(!called, BfclError.IRRELEVANCE_CALL);
      case ANY_CALL -> grades(called, BfclError.RELEVANCE_NO_CALL);
      case AST -> ast(answer, check.orElseThrow());
    };
  }

  private static Grades ast(ParsedCalls answer, EquivalentCheck check) {
    return switch (answer) {
      case ParsedCalls.Unusable(boolean parsed, String _) ->
          grades(false, parsed ? BfclError.WRONG_FORMAT : BfclError.DECODER_FAILED);
      case ParsedCalls.Calls(List<ToolCall> _, int ignored) when ignored > 0 ->
          grades(false, BfclError.WRONG_FORMAT);
      case ParsedCalls.Calls(List<ToolCall> calls, int _) -> {
        Optional<BfclError> error = check.strict().check(calls);
        yield error.isEmpty()
            ? grades(true, BfclError.VALUE)
            : Grades.of(false, check.accepts(calls), error.get().spelling());
      }
    };
  }

  private static Grades grades(boolean right, BfclError errorUnlessRight) {
    return Grades.of(right, right, errorUnlessRight.spelling());
  }
}
