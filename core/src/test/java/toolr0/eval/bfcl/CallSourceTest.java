package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.tool.ParsedCalls;

class CallSourceTest {

  private static String source(SourceLanguage language, String calls) {
    return CallSource.of(Records.calls(calls), language);
  }

  @Test
  void pythonValuesAreWrittenAsPythonReadsThem() {
    assertThat(
            source(
                SourceLanguage.PYTHON,
                """
                [{"name": "math.gcd", "arguments": {"a": -12, "b": 18.0, "c": true, "d": null, "e": 18446744073709551617}},
                 {"name": "g", "arguments": {"s": "it's \\"x\\"\\n\\u0001\\ud83d", "l": [1, [false, {}]], "d": {"k y": {"z": []}}}}]"""))
        .isEqualTo(
            "[math.gcd(a=-12, b=18.0, c=True, d=None, e=18446744073709551617), "
                + "g(s='it\\'s \"x\"\\n\\u0001\\ud83d', l=[1, [False, {}]], d={'k y': {'z': []}})]");
  }

  @Test
  void whatPythonCannotNameStaysACall() {
    assertThat(
            source(
                SourceLanguage.PYTHON,
                "[{\"name\": \"get it\", \"arguments\": {\"from\": 1, \"a-b\": 2, \"c\": 3}}]"))
        .isEqualTo("[no_name_get_it(**{'from': 1}, **{'a-b': 2}, c=3)]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "JAVA | \"UTF-8\" | \"UTF-8\"",
        "JAVA | \"5L\" | \"5L\"",
        "JAVA | \"new int[]{1, 2}\" | \"new int[]{1, 2}\"",
        "JAVA | \"new ArrayList<>(Arrays.asList(\\\"a\\\"))\" | 'new ArrayList<>(Arrays.asList(\"a\"))'",
        "JAVA | \"it's\" | \"it's\"",
        "JAVA | \"it's \\\"x\\\"\" | \"it's 'x'\"",
        "JAVA | 5 | 5",
        "JAVA | true | true",
        "JAVA | \"a\\\\\" | \"a\\\"",
        "JAVA | \"a\\nb\" | \"a\\nb\"",
        "JAVASCRIPT | \"x\" | \"x\"",
        "JAVASCRIPT | \"[\\\"a\\\"]\" | '[\"a\"]'",
        "JAVASCRIPT | \"{\\\"a\\\": 'b'}\" | {\"a\": 'b'}",
        "JAVASCRIPT | \"\" | \"\""
      })
  void literalsStandBetweenQuotesThatTheyDoNotContain(
      SourceLanguage language, String value, String written) {
    assertThat(
            source(language, "[{\"name\": \"a.f\", \"arguments\": {\"x\": %s}}]".formatted(value)))
        .isEqualTo("[a.f(x=" + written + ")]");
  }

  @Test
  void refusalsAndUnreadableAnswersAreNoCalls() {
    assertThat(ResultFiles.result(new ParsedCalls.Calls(List.of(), 0), SourceLanguage.PYTHON))
        .isEqualTo("[]");
    assertThat(ResultFiles.result(new ParsedCalls.Unusable(false, "prose"), SourceLanguage.PYTHON))
        .isEqualTo("no calls could be read from this answer");
  }
}
