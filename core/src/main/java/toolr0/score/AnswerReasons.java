package toolr0.score;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import toolr0.reward.Agreement;
import toolr0.reward.SolverAnswer;
import toolr0.tool.SoftMatchConfig;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/** Says of a Solver's answers to one task which are right, and why the others are not. */
final class AnswerReasons {
  private AnswerReasons() {}

  /** One reason per answer that does not agree with gold, and one that counts those that do. */
  static List<Reason> of(
      String part,
      List<String> answers,
      List<ToolCall> gold,
      List<ToolSpec> menu,
      Agreement agreement) {
    List<Reason> reasons = new ArrayList<>();
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      SolverAnswer answer = agreement.compare(answers.get(i), gold, menu);
      if (answer.matches()) {
        right++;
      } else {
        reasons.add(
            new Reason(
                part,
                answer.verdict().wireName(),
                "answer " + (i + 1) + " " + why(answer, gold, menu, agreement)));
      }
    }
    reasons.addFirst(
        new Reason(
            part,
            "agreement",
            right
                + " of "
                + Words.count(answers.size(), "answer")
                + " agree with gold ("
                + standard(agreement)
                + ")"));
    return reasons;
  }

  private static String standard(Agreement agreement) {
    return switch (agreement) {
      case FULL_CALLS -> "the same calls in any order";
      case ORDERED_JSON -> "the same calls in the same order, as JSON";
      case FIRST_CALL_JSON -> "the same first call, as JSON";
      case NAMES -> "the same names in the same order; arguments do not count";
    };
  }

  private static String why(
      SolverAnswer answer, List<ToolCall> gold, List<ToolSpec> menu, Agreement agreement) {
    return switch (answer.verdict()) {
      case MATCH -> "agrees";
      case MISSING_TAG -> "has no answer block";
      case JSON_PARSE_FAIL -> "cannot be read as JSON";
      case BAD_CALL_SCHEMA -> "is no list of calls";
      case MISMATCH ->
          agreement == Agreement.NAMES
              ? "calls " + names(answer.calls()) + " instead of " + names(gold)
              : "differs: " + difference(answer.calls(), gold, menu, agreement);
    };
  }

  private static String names(List<ToolCall> calls) {
    return calls.stream().map(ToolCall::name).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String difference(
      List<ToolCall> calls, List<ToolCall> gold, List<ToolSpec> menu, Agreement agreement) {
    if (gold.isEmpty()) {
      return "no tool fits, but it calls " + Words.calls(calls);
    }
    if (calls.isEmpty()) {
      return "it says that no tool fits";
    }
    List<ToolCall> wanted = agreement == Agreement.FIRST_CALL_JSON ? gold.subList(0, 1) : gold;
    List<Reason> differences = CallReasons.of("", calls, wanted, menu, SoftMatchConfig.standard());
    if (differences.isEmpty()) {
      return "only order, types or spelling of values differ from " + Words.calls(wanted);
    }
    String more = differences.size() == 1 ? "" : " (and " + (differences.size() - 1) + " more)";
    return differences.getFirst().text() + more;
  }
}
