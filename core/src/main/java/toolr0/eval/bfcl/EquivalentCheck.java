package toolr0.eval.bfcl;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import toolr0.base.Text;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import toolr0.tool.CallMatcher;
import toolr0.tool.MeantParameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;

/**
 * The comparison of calls with the possible answers once schema defaults are filled in and values
 * are turned into the declared types. An argument is right when BFCL's checker takes its value, as
 * it is or in the type that models are shown, or when {@link CallMatcher#equivalent} takes it for
 * an allowed value; one that is left out, or for which there is no answer, counts as its default.
 * Calls are paired with answers so that all fit, if that is possible; more than {@value
 * #MOST_PAIRED} are compared in their order.
 *
 * @param strict the checker with the answers
 * @param shown the parameters as models see them
 */
record EquivalentCheck(AstChecker strict, ShownParameters shown) {
  static final int MOST_PAIRED = 32;

  /** The comparison for functions as models see them. */
  EquivalentCheck(AstChecker strict, List<ToolSpec> tools) {
    this(strict, new ShownParameters(tools));
  }

  boolean accepts(List<ToolCall> calls) {
    List<PossibleAnswer> answers = strict.wanted();
    if (calls.size() != answers.size()) {
      return false;
    }
    if (calls.size() > MOST_PAIRED) {
      return IntStream.range(0, calls.size()).allMatch(i -> fits(calls.get(i), answers.get(i)));
    }
    boolean[][] fits = new boolean[answers.size()][calls.size()];
    for (int a = 0; a < answers.size(); a++) {
      for (int c = 0; c < calls.size(); c++) {
        fits[a][c] = fits(calls.get(c), answers.get(a));
      }
    }
    int[] answerOfCall = new int[calls.size()];
    Arrays.fill(answerOfCall, -1);
    for (int a = 0; a < answers.size(); a++) {
      if (!findCall(a, fits, answerOfCall, new boolean[calls.size()])) {
        return false;
      }
    }
    return true;
  }

  /** Gives an answer a call of its own, moving other answers to other calls where needed. */
  private static boolean findCall(
      int answer, boolean[][] fits, int[] answerOfCall, boolean[] tried) {
    for (int call = 0; call < tried.length; call++) {
      if (fits[answer][call] && !tried[call]) {
        tried[call] = true;
        if (answerOfCall[call] < 0 || findCall(answerOfCall[call], fits, answerOfCall, tried)) {
          answerOfCall[call] = answer;
          return true;
        }
      }
    }
    return false;
  }

  private boolean fits(ToolCall call, PossibleAnswer answer) {
    Optional<FunctionDoc> function = strict.function(answer);
    return function.isPresent()
        && Text.strip(call.name()).equals(function.get().name())
        && shown.offers(function.get().name())
        && givenFit(call, answer, function.get())
        && omittedFit(call, answer, function.get());
  }

  private boolean givenFit(ToolCall call, PossibleAnswer answer, FunctionDoc function) {
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      String key = argument.getKey();
      Optional<MeantParameter> parameter = shown.parameter(function.name(), key);
      List<JsonNode> allowed = answer.allowed().getOrDefault(key, List.of());
      if (parameter.isEmpty()
          || !fits(argument.getValue(), parameter.get(), function.parameters().get(key), allowed)) {
        return false;
      }
    }
    return true;
  }

  private boolean fits(
      JsonNode value,
      MeantParameter parameter,
      @Nullable ParameterDoc declared,
      List<JsonNode> allowed) {
    if (strictTakes(value, declared, allowed)) {
      return true;
    }
    MeantParameter.Value given = parameter.value(value);
    boolean mayBeOmitted = allowed.isEmpty() || PossibleAnswer.mayBeOmitted(allowed);
    return (mayBeOmitted && given.isDefault())
        || (!given.coerced().equals(value) && strictTakes(given.coerced(), declared, allowed))
        || allowed.stream()
            .filter(a -> !PossibleAnswer.isOmission(a))
            .anyMatch(a -> given.same(parameter.value(a)));
  }

  private boolean omittedFit(ToolCall call, PossibleAnswer answer, FunctionDoc function) {
    return answer.allowed().entrySet().stream()
        .filter(wanted -> !call.arguments().has(wanted.getKey()))
        .allMatch(
            omitted ->
                PossibleAnswer.mayBeOmitted(omitted.getValue())
                    || shown
                        .parameter(function.name(), omitted.getKey())
                        .filter(p -> omitted.getValue().stream().anyMatch(a -> isDefault(a, p)))
                        .isPresent());
  }

  private static boolean isDefault(JsonNode value, MeantParameter parameter) {
    return parameter.value(value).isDefault();
  }

  private boolean strictTakes(
      JsonNode value, @Nullable ParameterDoc declared, List<JsonNode> allowed) {
    try {
      return declared != null
          && !allowed.isEmpty()
          && ArgumentCheck.check(value, declared, allowed, strict.language()).isEmpty();
    } catch (CheckerCrash crash) {
      return false;
    }
  }
}
