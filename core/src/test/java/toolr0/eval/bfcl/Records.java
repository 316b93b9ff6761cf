package toolr0.eval.bfcl;

import java.util.List;
import toolr0.base.Json;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ToolCall;

/** Hand-made records, written as briefly as tests need them. */
final class Records {
  private Records() {}

  /** A checker for one call of {@code f(a)}, where a has a type and allowed values as JSON. */
  static AstChecker oneArgument(SourceLanguage language, String schema, String allowed) {
    return checker(
        AstChecker.Dispatch.SIMPLE,
        language,
        "[{\"name\": \"f\", \"parameters\": {\"properties\": {\"a\": %s}}}]".formatted(schema),
        "[{\"f\": {\"a\": %s}}]".formatted(allowed));
  }

  static AstChecker checker(
      AstChecker.Dispatch dispatch, SourceLanguage language, String functions, String answers) {
    try {
      return new AstChecker(
          dispatch,
          language,
          OfferedFunctions.read(Json.parse(functions), language).docs(),
          PossibleAnswer.read(Json.parse(answers)));
    } catch (MalformedRecord e) {
      throw new AssertionError(e.reason(), e);
    }
  }

  /** The comparison that also knows what models are shown. */
  static EquivalentCheck equivalent(
      AstChecker.Dispatch dispatch, SourceLanguage language, String functions, String answers) {
    try {
      return new EquivalentCheck(
          checker(dispatch, language, functions, answers),
          OfferedFunctions.read(Json.parse(functions), language).tools());
    } catch (MalformedRecord e) {
      throw new AssertionError(e.reason(), e);
    }
  }

  /** The verdict on calls: "ok" or the error type. */
  static String verdict(AstChecker checker, String calls) {
    return checker.check(calls(calls)).map(BfclError::spelling).orElse("ok");
  }

  /** The verdict on one call of {@code f(a)}. */
  static String verdictOn(AstChecker checker, String value) {
    return verdict(checker, "[{\"name\": \"f\", \"arguments\": {\"a\": %s}}]".formatted(value));
  }

  static List<ToolCall> calls(String json) {
    if (CallParser.parse(json) instanceof ParsedCalls.Calls calls) {
      return calls.calls();
    }
    throw new AssertionError("no calls: " + json);
  }
}
