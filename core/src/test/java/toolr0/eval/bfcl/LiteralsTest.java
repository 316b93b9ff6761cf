package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;
import static toolr0.eval.bfcl.Records.oneArgument;
import static toolr0.eval.bfcl.Records.verdictOn;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;

class LiteralsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "integer | | -5 | -5",
        "integer | | 5L | \"5L\"",
        "integer | | ` 5` | \" 5\"",
        "short   | | 07 | 7",
        "byte    | | ٥ | 5",
        "long    | | 5L | 5",
        "long    | | 5l | 5",
        "long    | | 5 | \"5\"",
        "float   | | 1.5f | 1.5",
        "float   | | 2e3F | 2000.0",
        "float   | | 1.5 | \"1.5\"",
        "double  | | 2 | 2.0",
        "double  | | 1.5e-1 | 0.15",
        "double  | | 1.5d | \"1.5d\"",
        "boolean | | true | true",
        "boolean | | True | \"True\"",
        "char    | | 'c' | \"'c'\"",
        "String  | | \"x\" | \"\\\"x\\\"\"",
        "Array   | integer | new int[]{1, 2,, 3} | [1, 2, 3]",
        "Array   | integer | f(new  int[] {1}) | [1]",
        "Array   | integer | new int[2] | \"new int[2]\"",
        "Array   | String  | new String[]{\"a\", b} | [\"\\\"a\\\"\", \"b\"]",
        "Array   | any     | new Object[]{1, true} | [\"1\", \"true\"]",
        "Array   | long    | new long[]{1L, 2} | [1, \"2\"]",
        "Array   | integer | {1, 2} | \"{1, 2}\"",
        "ArrayList | String  | new ArrayList<>(Arrays.asList(\"a b\", 'c')) | [\"a b\", \"c\"]",
        "ArrayList | String  | new ArrayList<>(Arrays.asList(\"a, b\")) | [\"\", \"\"]",
        "ArrayList | integer | new ArrayList<Integer>() {{ add(1); add(2); }} | [1, 2]",
        "ArrayList | integer | new ArrayList<>() | []",
        "ArrayList | integer | new ArrayList<>(List.of(1)) | \"new ArrayList<>(List.of(1))\"",
        "HashMap | | new HashMap<String, Object>() {{ put(\"k\", \"v\"); put(\"n\", 1); }} | {\"k\": \"v\", \"n\": 1}",
        "HashMap | | new HashMap<>() {{ put(\"a\", 2L); put(\"b\", 1.5f); put(\"c\", 1.5); }} | {\"a\": 2, \"b\": 1.5, \"c\": 1.5}",
        "HashMap | | new HashMap<>() {{ put(\"a\", true); put(\"b\", x); put(\"c\", f(1)); }} | {\"a\": true, \"b\": \"x\", \"c\": \"f(1\"}",
        "HashMap | | new HashMap<>() {{ put(a, 1); }} | {}",
        "HashMap | | new HashMap<>() | {}",
        "HashMap | | {\"k\": 1} | \"{\\\"k\\\": 1}\""
      })
  void java(String type, String itemType, String literal, String value) throws CheckerCrash {
    assertThat(JavaLiterals.convert(literal, type, Optional.ofNullable(itemType)).toString())
        .isEqualTo(Json.parse(value).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "String  | | \"x\" | \"x\"",
        "String  | | 'x' | \"x\"",
        "String  | | \"x' | \"\\\"x'\"",
        "integer | | -5 | -5",
        "integer | | 5.0 | \"5.0\"",
        "float   | | 5 | 5.0",
        "float   | | 5e1 | \"5e1\"",
        "Bigint  | | 12n | 12",
        "Bigint  | | 12 | \"12\"",
        "Boolean | | false | false",
        "any     | | 5 | \"5\"",
        "array   | integer | ` [1, 2] ` | [1, 2]",
        "array   | integer | new Array(1, 2) | [1, 2]",
        "array   | integer | [1, x] | [1, \"x\"]",
        "array   | String  | ['a', \"b\", c] | [\"a\", \"b\", \"c\"]",
        "array   | String  | [\"a]b\"] | [\"\\\"a\"]",
        "array   | array   | [[1, \"a\"], [true]] | [[1, \"a\"], [true]]",
        "array   | array   | new Array([1], [2]) | [[1], [2]]",
        "array   | array   | new Array([[1], [2]]) | [[1], [2]]",
        "array   | dict    | [{\"k\": 1}, {\"k\": 2}] | [{\"k\": 1}, {\"k\": 2}]",
        "array   | integer | x | \"x\"",
        "dict    | | {} | {}",
        "dict    | | {\"k\": \"v\", n: 1, 'b': true} | {\"k\": \"v\", \"n\": 1, \"b\": true}",
        "dict    | | {\"k\": \"a, b\", \"l\": [1, \"x\"]} | {\"k\": \"a, b\", \"l\": [1, \"x\"]}",
        "dict    | | {\"k\": \"a, b: c\"} | {\"k\": \"a\", \"b\": \"c\"}",
        "dict    | | {\"k\": {\"m\": 1}} | {\"k\": \"{\\\"m\\\": 1\"}",
        "dict    | | {\"u\": \"http://x\", \"n\": \"5\"} | {\"u\": \"http://x\", \"n\": 5}",
        "dict    | | config | \"config\""
      })
  void javaScript(String type, String itemType, String literal, String value) throws CheckerCrash {
    assertThat(JavaScriptLiterals.convert(literal, type, Optional.ofNullable(itemType)).toString())
        .isEqualTo(Json.parse(value).toString());
  }

  @Test
  void aSingleLineBreakBehindANumberIsTolerated() throws CheckerCrash {
    assertThat(JavaLiterals.convert("5\n", "integer", Optional.empty()).intValue()).isEqualTo(5);
    assertThat(JavaLiterals.convert("5L\n", "long", Optional.empty()).intValue()).isEqualTo(5);
    assertThat(JavaScriptLiterals.convert("1.5\n", "float", Optional.empty()).doubleValue())
        .isEqualTo(1.5);
    assertThat(JavaLiterals.convert("5\n\n", "integer", Optional.empty()).isString()).isTrue();
  }

  @Test
  void valuesThatAreNoTextsAreErrorsOfTheLanguage() {
    AstChecker java = oneArgument(SourceLanguage.JAVA, "{\"type\": \"integer\"}", "[5]");
    AstChecker javaScript =
        oneArgument(SourceLanguage.JAVASCRIPT, "{\"type\": \"integer\"}", "[5]");
    assertThat(verdictOn(java, "5")).isEqualTo("type_error:java");
    assertThat(verdictOn(javaScript, "5")).isEqualTo("type_error:js");
    assertThat(verdictOn(java, "\"5\"")).isEqualTo("ok");
    assertThat(verdictOn(javaScript, "\"5\"")).isEqualTo("ok");
  }

  @Test
  void textThatDoesNotConvertPassesOnlyAsAVariable() {
    String schema = "{\"type\": \"ArrayList\", \"items\": {\"type\": \"String\"}}";
    AstChecker variable = oneArgument(SourceLanguage.JAVA, schema, "[\"names\"]");
    AstChecker list = oneArgument(SourceLanguage.JAVA, schema, "[[\"a\"]]");
    assertThat(verdictOn(variable, "\"names\"")).isEqualTo("ok");
    assertThat(verdictOn(list, "\"names\"")).isEqualTo("type_error:simple");
  }

  @ParameterizedTest
  @CsvSource({"Set", "Hashtable", "Queue", "Stack"})
  void someTypesOfJavaAreNotConverted(String type) {
    AstChecker checker =
        oneArgument(SourceLanguage.JAVA, "{\"type\": \"%s\"}".formatted(type), "[\"x\"]");
    assertThat(verdictOn(checker, "\"x\"")).isEqualTo("checker_exception:NotImplementedError");
  }
}
