package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.eval.bfcl.FunctionDoc.ParameterDoc;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * BFCL's AST checker over decoded calls. The order in which a call gives its arguments counts: the
 * first one that is wrong decides the error.
 *
 * @param functions the functions offered; at least one
 * @param answers the calls wanted; at least one
 */
record AstChecker(
    Dispatch dispatch,
    SourceLanguage language,
    List<FunctionDoc> functions,
    List<PossibleAnswer> answers) {

  /** How calls are brought together with answers. */
  enum Dispatch {
    /** One call, judged by the first function and the first answer. */
    SIMPLE,
    /** One call, judged by the function that the answer names. */
    MULTIPLE,
    /** Each answer in turn takes the first unused call that passes, without going back. */
    PARALLEL;

    /** The way that the name of a category asks for. */
    static Dispatch of(String category) {
      if (category.contains("parallel")) {
        return PARALLEL;
      }
      return category.contains("multiple") ? MULTIPLE : SIMPLE;
    }
  }

  AstChecker {
    functions = List.copyOf(functions);
    answers = List.copyOf(answers);
  }

  /** The answers that count: the first alone where one call is wanted. */
  List<PossibleAnswer> wanted() {
    return dispatch == Dispatch.SIMPLE ? answers.subList(0, 1) : answers;
  }

  /** The function by which an answer is judged; no value when it is not offered. */
  Optional<FunctionDoc> function(PossibleAnswer answer) {
    return dispatch == Dispatch.SIMPLE
        ? Optional.of(functions.getFirst())
        : functions.stream().filter(f -> f.name().equals(answer.function())).findFirst();
  }

  /** What is wrong with the calls; no value when they are right. */
  Optional<BfclError> check(List<ToolCall> calls) {
    try {
      return verdict(calls);
    } catch (CheckerCrash crash) {
      return Optional.of(crash.error());
    }
  }

  private Optional<BfclError> verdict(List<ToolCall> calls) throws CheckerCrash {
    return switch (dispatch) {
      case SIMPLE ->
          calls.size() == 1
              ? call(calls.getFirst(), answers.getFirst())
              : Optional.of(BfclError.SIMPLE_COUNT);
      case MULTIPLE ->
          calls.size() == answers.size()
              ? call(calls.getFirst(), answers.getFirst())
              : Optional.of(BfclError.MULTIPLE_COUNT);
      case PARALLEL ->
          calls.size() == answers.size()
              ? parallel(new ArrayList<>(calls))
              : Optional.of(BfclError.PARALLEL_COUNT);
    };
  }

  private Optional<BfclError> parallel(List<ToolCall> unused) throws CheckerCrash {
    for (PossibleAnswer answer : answers) {
      FunctionDoc function = functionOrCrash(answer);
      int found = -1;
      for (int i = 0; i < unused.size() && found < 0; i++) {
        if (call(unused.get(i), function, answer).isEmpty()) {
          found = i;
        }
      }
      if (found < 0) {
        return Optional.of(BfclError.PARALLEL_NO_MATCH);
      }
      unused.remove(found);
    }
    return Optional.empty();
  }

  private Optional<BfclError> call(ToolCall call, PossibleAnswer answer) throws CheckerCrash {
    return call(call, functionOrCrash(answer), answer);
  }

  private FunctionDoc functionOrCrash(PossibleAnswer answer) throws CheckerCrash {
    return function(answer).orElseThrow(() -> new CheckerCrash(BfclError.TYPE_ERROR));
  }

  private Optional<BfclError> call(ToolCall call, FunctionDoc function, PossibleAnswer answer)
      throws CheckerCrash {
    if (!call.name().equals(function.name())) {
      return Optional.of(BfclError.WRONG_FUNCTION);
    }
    for (String required : function.required()) {
      if (!call.arguments().has(required)) {
        return Optional.of(BfclError.MISSING_REQUIRED);
      }
    }
    for (Map.Entry<String, JsonNode> argument : call.arguments().properties()) {
      ParameterDoc parameter = function.parameters().get(argument.getKey());
      List<JsonNode> allowed = answer.allowed().get(argument.getKey());
      if (parameter == null || allowed == null) {
        return Optional.of(BfclError.UNEXPECTED_PARAMETER);
      }
      Optional<BfclError> error =
          ArgumentCheck.check(argument.getValue(), parameter, allowed, language);
      if (error.isPresent()) {
        return error;
      }
    }
    for (Map.Entry<String, List<JsonNode>> wanted : answer.allowed().entrySet()) {
      if (!call.arguments().has(wanted.getKey())
          && !PossibleAnswer.mayBeOmitted(wanted.getValue())) {
        return Optional.of(BfclError.MISSING_OPTIONAL);
      }
    }
    return Optional.empty();
  }
}
