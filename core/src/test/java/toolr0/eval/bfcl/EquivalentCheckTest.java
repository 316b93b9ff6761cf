package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;
import static toolr0.eval.bfcl.Records.calls;
import static toolr0.eval.bfcl.Records.equivalent;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.eval.Grades;
import toolr0.eval.bfcl.AstChecker.Dispatch;
import toolr0.tool.CallParser;
import toolr0.tool.ParsedCalls;

class EquivalentCheckTest {
  private static final String FUNCTIONS =
      """
      [{"name": "rent", "parameters": {"properties": {
        "city": {"type": "string"},
        "days": {"type": "integer", "default": 1},
        "price": {"type": "float"},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "unit": {"type": "string", "default": "EUR"}}, "required": ["city"]}}]""";
  private static final EquivalentCheck CHECK =
      equivalent(
          Dispatch.SIMPLE,
          SourceLanguage.PYTHON,
          FUNCTIONS,
          "[{\"rent\": {\"city\": [\"New York\"], \"days\": [1, 2], \"price\": [\"\", 9.5], \"tags\": [\"\", [1, 2]]}}]");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"city\": \"new york.\", \"days\": 2}                      | true",
        "{\"city\": \"New York\", \"days\": \"2\"}                   | true",
        "{\"city\": \"New York\", \"days\": 2.0}                     | true",
        "{\"city\": \"New York\"}                                    | true",
        "{\"city\": \"New York\", \"unit\": \"EUR\"}                 | true",
        "{\"city\": \"New York\", \"price\": \"9.5\"}                | true",
        "{\"city\": \"New York\", \"tags\": \"[1, 2]\"}              | true",
        "{\"city\": \"New York\", \"tags\": [\"1\", \"2\"]}          | true",
        "{\"city\": \"new-york\", \"days\": \"2\", \"tags\": [1, 2]} | true",
        "{\"city\": \"New York\", \"days\": 3}                       | false",
        "{\"city\": \"York\"}                                        | false",
        "{\"days\": 2}                                               | false",
        "{\"city\": \"New York\", \"unit\": \"USD\"}                 | false",
        "{\"city\": \"New York\", \"colour\": \"red\"}               | false",
        "{\"city\": \"New York\", \"tags\": [2, 1]}                  | false",
        "{\"city\": \"New York\", \"price\": null}                   | false"
      })
  void argumentsAreReadAsTheSchemaMeansThem(String arguments, boolean accepted) {
    assertThat(
            CHECK.accepts(calls("[{\"name\": \"rent\", \"arguments\": %s}]".formatted(arguments))))
        .isEqualTo(accepted);
  }

  @Test
  void callsArePairedSoThatAllFit() {
    EquivalentCheck check =
        equivalent(
            Dispatch.PARALLEL,
            SourceLanguage.PYTHON,
            FUNCTIONS,
            "[{\"rent\": {\"city\": [\"A\", \"B\"]}}, {\"rent\": {\"city\": [\"A\"]}}]");
    String call = "{\"name\": \"rent\", \"arguments\": {\"city\": \"%s\"}}";
    assertThat(check.accepts(calls("[%s, %s]".formatted(call, call).formatted("A", "B")))).isTrue();
    assertThat(check.strict().check(calls("[%s, %s]".formatted(call, call).formatted("A", "B"))))
        .contains(BfclError.PARALLEL_NO_MATCH);
    assertThat(check.accepts(calls("[%s, %s]".formatted(call, call).formatted("B", "B"))))
        .isFalse();
    assertThat(check.accepts(calls("[%s]".formatted(call).formatted("A")))).isFalse();
  }

  @Test
  void aNumberForALiteralOfJavaIsItsText() {
    EquivalentCheck check =
        equivalent(
            Dispatch.SIMPLE,
            SourceLanguage.JAVA,
            "[{\"name\": \"f\", \"parameters\": {\"properties\": {\"n\": {\"type\": \"integer\"}}}}]",
            "[{\"f\": {\"n\": [5]}}]");
    assertThat(check.accepts(calls("[{\"name\": \"f\", \"arguments\": {\"n\": 5}}]"))).isTrue();
    assertThat(check.accepts(calls("[{\"name\": \"f\", \"arguments\": {\"n\": 6}}]"))).isFalse();
  }

  private static Grades grade(BfclCategory.Rule rule, String answer) {
    return new BfclGrader(rule, Optional.of(CHECK)).grade(CallParser.parse(answer));
  }

  @Test
  void gradesCarryTheLeaderboardsErrorTypes() {
    Grades right =
        grade(
            BfclCategory.Rule.AST,
            "[{\"name\": \"rent\", \"arguments\": {\"city\": \"New York\", \"days\": 2}}]");
    assertThat(right.strict()).isTrue();
    assertThat(right.equivalent()).isTrue();
    assertThat(right.error()).isEmpty();
    Grades coerced =
        grade(
            BfclCategory.Rule.AST,
            "[{\"name\": \"rent\", \"arguments\": {\"city\": \"New York\", \"days\": \"2\"}}]");
    assertThat(coerced.strict()).isFalse();
    assertThat(coerced.equivalent()).isTrue();
    assertThat(coerced.error()).contains("type_error:simple");
    assertThat(grade(BfclCategory.Rule.AST, "I cannot help").error())
        .contains("ast_decoder:decoder_failed");
    assertThat(grade(BfclCategory.Rule.AST, "[1, 2]").error())
        .contains("ast_decoder:decoder_wrong_output_format");
    assertThat(grade(BfclCategory.Rule.AST, "[]").error())
        .contains("simple_function_checker:wrong_count");
  }

  @Test
  void aListThatIsNotAllCallsHasTheWrongFormat() {
    Grades grades =
        grade(
            BfclCategory.Rule.AST,
            "[{\"name\": \"rent\", \"arguments\": {\"city\": \"New York\", \"days\": 2}}, 5]");
    assertThat(grades.error()).contains("ast_decoder:decoder_wrong_output_format");
    assertThat(grades.equivalent()).isFalse();
  }

  @Test
  void whereNoCallIsWantedAMalformedAnswerIsARefusal() {
    String call = "[{\"name\": \"any\", \"arguments\": {\"x\": 1}}]";
    assertThat(grade(BfclCategory.Rule.NO_CALL, "[]").strict()).isTrue();
    assertThat(grade(BfclCategory.Rule.NO_CALL, "Sorry.").strict()).isTrue();
    assertThat(grade(BfclCategory.Rule.NO_CALL, "[1]").strict()).isTrue();
    assertThat(grade(BfclCategory.Rule.NO_CALL, call).error())
        .contains("irrelevance_error:decoder_success");
    assertThat(grade(BfclCategory.Rule.ANY_CALL, call).strict()).isTrue();
    assertThat(grade(BfclCategory.Rule.ANY_CALL, "[]").error())
        .contains("relevance_error:decoder_failed");
    assertThat(
            new BfclGrader(BfclCategory.Rule.ANY_CALL, Optional.empty())
                .grade(new ParsedCalls.Unusable(false, "no text"))
                .strict())
        .isFalse();
  }
}
