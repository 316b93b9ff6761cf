package toolr0.eval.bfcl;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import toolr0.tool.CallMatcher;
import toolr0.tool.MeantCalls;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The comparison of calls with the possible answers once schema defaults are filled in and values
 * are turned into the declared types. An argument is right when BFCL's checker takes its value, as
 * it is or in the type that models are shown, or when {@link CallMatcher#equivalent} takes it for
 * an allowed value; one that is left out, or for which there is no answer, counts as its default.
 * Calls are paired with answers so that all fit, if that is possible.
 *
 * @param strict the checker with the answers
 * @param tools the functions as models see them
 */
record EquivalentCheck(AstChecker strict, List<ToolSpec> tools) {

  boolean accepts(List<ToolCall> calls) {
    List<PossibleAnswer> answers = strict.wanted();
    if (calls.size() != answers.size()) {
      return false;
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
    if (function.isEmpty() || !Text.strip(call.name()).equals(function.get().name())) {
      return false;
    }
    Optional<ToolSpec> tool =
        tools.stream().filter(t -> t.name().equals(function.get().name())).findFirst();
    return tool.isPresent()
        && givenFit(call, answer, tool.get())
        && omittedFit(call, answer, tool.get());
  }

  private boolean givenFit(ToolCall call, PossibleAnswer answer, ToolSpec tool) {
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      String key = argument.getKey();
      JsonNode value = argument.getValue();
      Optional<Parameter> parameter = tool.parameter(key);
      List<JsonNode> allowed = answer.allowed().getOrDefault(key, List.of());
      boolean right =
          parameter.isPresent()
              && (isOmission(key, value, allowed, tool)
                  || strictTakes(key, value, answer, allowed)
                  || strictTakes(key, MeantCalls.coerced(value, parameter.get()), answer, allowed)
                  || allowed.stream().anyMatch(a -> same(key, value, a, tool)));
      if (!right) {
        return false;
      }
    }
    return true;
  }

  private static boolean omittedFit(ToolCall call, PossibleAnswer answer, ToolSpec tool) {
    return answer.allowed().entrySet().stream()
        .filter(wanted -> !call.arguments().has(wanted.getKey()))
        .allMatch(
            omitted ->
                PossibleAnswer.mayBeOmitted(omitted.getValue())
                    || omitted.getValue().stream()
                        .anyMatch(a -> isDefault(omitted.getKey(), a, tool)));
  }

  /** Whether a value says no more than leaving the argument out, where that is right. */
  private static boolean isOmission(
      String key, JsonNode value, List<JsonNode> allowed, ToolSpec tool) {
    return (allowed.isEmpty() || PossibleAnswer.mayBeOmitted(allowed))
        && isDefault(key, value, tool);
  }

  private boolean strictTakes(
      String key, JsonNode value, PossibleAnswer answer, List<JsonNode> allowed) {
    Optional<ParameterDoc> parameter =
        strict.function(answer).map(function -> function.parameters().get(key));
    try {
      return parameter.isPresent()
          && !allowed.isEmpty()
          && ArgumentCheck.check(value, parameter.get(), allowed, strict.language()).isEmpty();
    } catch (CheckerCrash crash) {
      return false;
    }
  }

  private static boolean isDefault(String key, JsonNode value, ToolSpec tool) {
    return CallMatcher.equivalent(
        List.of(call(tool, Json.object().set(key, value))),
        List.of(call(tool, Json.object())),
        List.of(tool));
  }

  private static boolean same(String key, JsonNode value, JsonNode allowed, ToolSpec tool) {
    return !PossibleAnswer.isOmission(allowed)
        && CallMatcher.equivalent(
            List.of(call(tool, Json.object().set(key, value))),
            List.of(call(tool, Json.object().set(key, allowed))),
            List.of(tool));
  }

  private static ToolCall call(ToolSpec tool, ObjectNode arguments) {
    return new ToolCall(tool.name(), arguments);
  }
}
