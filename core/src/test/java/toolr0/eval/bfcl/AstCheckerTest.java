package toolr0.eval.bfcl;

import static org.assertj.core.api.Assertions.assertThat;
import static toolr0.eval.bfcl.Records.checker;
import static toolr0.eval.bfcl.Records.oneArgument;
import static toolr0.eval.bfcl.Records.verdict;
import static toolr0.eval.bfcl.Records.verdictOn;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;
import toolr0.eval.bfcl.AstChecker.Dispatch;
import toolr0.tool.ToolCall;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class AstCheckerTest {
  private static final String TWO_FUNCTIONS =
      """
      [{"name": "shop.buy", "parameters": {"properties": {"item": {"type": "string"}, "count": {"type": "integer"}},
        "required": ["item"]}},
       {"name": "rest", "parameters": {"properties": {"hours": {"type": "float"}}, "required": ["hours"]}}]""";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "integer | [7]          | 7       | ok",
        "integer | [7]          | 7.0     | type_error:simple",
        "integer | [7]          | true    | type_error:simple",
        "integer | [7]          | \"7\"   | type_error:simple",
        "integer | [7]          | 8       | value_error:others",
        "integer | [18446744073709551617] | 18446744073709551617 | ok",
        "integer | [18446744073709551617] | 18446744073709551616 | value_error:others",
        "integer | [\"any\"]    | \"any\" | ok",
        "integer | [\"any\"]    | \"Any\" | value_error:others",
        "integer | [\"any\"]    | 7       | value_error:others",
        "integer | [7, \"any\"] | \"any\" | type_error:simple",
        "integer | [null, \"\"] | null    | ok",
        "float   | [2.5, 3]     | 3       | ok",
        "float   | [2.5, 3]     | 2.5     | ok",
        "float   | [2.5]        | 2.50000001 | value_error:others",
        "float   | [2.5]        | \"2.5\" | type_error:simple",
        "boolean | [true]       | true    | ok",
        "boolean | [true]       | 1       | type_error:simple",
        "string  | [\"June 5, 2024\"] | \"june 5 2024\" | ok",
        "string  | [\"June 5\"] | \"June\\t5\" | value_error:string",
        "string  | [\"Ada's\"]  | \"ADA\\\"S\" | ok",
        "string  | [\"a-b_c*d^e/f\"] | \"abcdef\" | ok",
        "string  | [\"a!\"]     | \"a\"   | value_error:string",
        "string  | [\"x\", \"\"] | \" .\" | ok",
        "any     | [\"x\"]      | \"X\"   | ok",
        "any     | [5]          | 5       | ok",
        "any     | [5]          | \"5\"   | value_error:others",
        "number  | [5]          | 5       | checker_exception:KeyError"
      })
  void valuesOfPlainTypes(String type, String allowed, String value, String verdict) {
    AstChecker checker =
        oneArgument(SourceLanguage.PYTHON, "{\"type\": \"%s\"}".formatted(type), allowed);
    assertThat(verdictOn(checker, value)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "string  | [[\"Red Car\", \"blue\"]] | [\"redcar\", \"BLUE.\"] | ok",
        "string  | [[\"a\", \"b\"]]    | [\"b\", \"a\"]  | value_error:list/tuple",
        "string  | [[\"a\", \"b\"]]    | [\"a\"]         | value_error:list/tuple",
        "string  | [[\"a\", \"b\"]]    | [\"a\", 5]      | type_error:nested",
        "string  | [[\"a\", \"b\"]]    | \"a, b\"        | type_error:simple",
        "integer | [[1, 2], [3]]       | [3]             | ok",
        "integer | [[1, 2]]            | [1.0, 2.0]      | type_error:nested",
        "integer | [\"\", [1, 2]]      | [1.0, 2.0]      | ok",
        "integer | [\"\", [1, 2]]      | []              | ok",
        "integer | [\"xs\"]            | \"xs\"          | ok",
        "integer | [\"xs\"]            | [1]             | value_error:others",
        "float   | [[1.5, 2.5]]        | [1, 2.5]        | type_error:nested",
        "float   | [[1, 2.5]]          | [1, 2.5]        | ok",
        "array   | [[[\"A\"], [\"b\"]]] | [[\"A\"], [\"b\"]] | ok",
        "array   | [[[\"A\"], [\"b\"]]] | [[\"a\"], [\"b\"]] | value_error:list/tuple",
        "dict    | [[{\"k\": [1, 2]}, {\"k\": [3], \"o\": [\"\", \"q\"]}]] | [{\"k\": 2}, {\"k\": 3}] | ok",
        "dict    | [[{\"k\": [1, 2]}]] | [{\"k\": 1}, {\"k\": 2}] | value_error:list_dict_count",
        "dict    | [[{\"k\": [1, 2]}]] | [{\"k\": 4}]    | value_error:dict_value",
        "dict    | [\"\", [{\"k\": [1]}]] | []           | ok",
        "dict    | [\"\", [{\"k\": [1]}]] | [5]          | checker_exception:AttributeError"
      })
  void valuesOfLists(String itemType, String allowed, String value, String verdict) {
    AstChecker checker =
        oneArgument(
            SourceLanguage.PYTHON,
            "{\"type\": \"array\", \"items\": {\"type\": \"%s\"}}".formatted(itemType),
            allowed);
    assertThat(verdictOn(checker, value)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"k\": [\"V\", 2], \"o\": [\"\", 1]}] | {\"k\": \"v.\"}         | ok",
        "[{\"k\": [\"V\", 2], \"o\": [\"\", 1]}] | {\"k\": 2.0, \"o\": true} | ok",
        "[{\"k\": [\"V\", 2]}]                   | {\"k\": \"2\"}          | value_error:dict_value",
        "[{\"k\": [\"V\", 2]}]                   | {\"K\": \"V\"}          | value_error:dict_key",
        "[{\"k\": [\"V\"], \"l\": [1]}]          | {\"k\": \"x\"}          | value_error:dict_key",
        "[{\"k\": [\"V\"]}]                      | {}                      | value_error:dict_key",
        "[{\"x\": [1]}, {\"y\": [2]}]            | {\"y\": 2}              | ok",
        "[{\"x\": [1]}, {\"y\": [2]}]            | {\"y\": 3}              | value_error:dict_value",
        "[\"\"]                                  | {\"y\": 3}              | dict_checker:unclear",
        "[{\"l\": [[\"A\"]]}]                    | {\"l\": [\"a\"]}        | value_error:dict_value",
        "[{\"m\": [{\"s\": \"A\"}]}]             | {\"m\": {\"s\": \"A\"}} | ok",
        "[{\"k\": \"ab\"}]                       | {\"k\": \"B\"}          | ok",
        "[{\"k\": \"ab\"}]                       | {\"k\": \"ab\"}         | value_error:dict_value",
        "[{\"k\": [1]}]                          | [1]                     | type_error:simple",
        "[\"cfg\"]                               | \"cfg\"                 | ok"
      })
  void valuesOfDictionaries(String allowed, String value, String verdict) {
    AstChecker checker = oneArgument(SourceLanguage.PYTHON, "{\"type\": \"dict\"}", allowed);
    assertThat(verdictOn(checker, value)).isEqualTo(verdict);
  }

  @Test
  void aTupleIsAListOnlyWhereATupleIsDeclared() {
    AstChecker tuple =
        oneArgument(
            SourceLanguage.PYTHON,
            "{\"type\": \"tuple\", \"items\": {\"type\": \"integer\"}}",
            "[[1, 2]]");
    AstChecker array =
        oneArgument(
            SourceLanguage.PYTHON,
            "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}",
            "[[1, 2]]");
    ObjectNode given = Json.object();
    given.set("a", PythonClass.tuple((ArrayNode) Json.parse("[1, 2]")));
    List<ToolCall> call = List.of(new ToolCall("f", given));
    assertThat(tuple.check(call)).isEmpty();
    assertThat(array.check(call)).contains(BfclError.TYPE);
    assertThat(verdictOn(tuple, "[1, 2]")).isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"name\": \"shop.buy\", \"arguments\": {\"item\": \"tea\", \"count\": 2}}] | ok",
        "[{\"name\": \"shop.buy\", \"arguments\": {\"item\": \"tea\"}}] | ok",
        "[{\"name\": \"shop_buy\", \"arguments\": {\"item\": \"tea\"}}] | simple_function_checker:wrong_func_name",
        "[{\"name\": \"shop.buy\", \"arguments\": {\"count\": 3}}] | simple_function_checker:missing_required",
        "[{\"name\": \"shop.buy\", \"arguments\": {\"item\": \"tea\", \"price\": 3}}] | simple_function_checker:unexpected_param",
        "[{\"name\": \"shop.buy\", \"arguments\": {\"item\": \"x\", \"count\": \"2\"}}] | value_error:string",
        "[{\"name\": \"shop.buy\", \"arguments\": {\"count\": \"2\", \"item\": \"x\"}}] | type_error:simple",
        "[] | simple_function_checker:wrong_count"
      })
  void theFirstFailureInTheOrderOfTheCallDecides(String calls, String verdict) {
    AstChecker checker =
        checker(
            Dispatch.SIMPLE,
            SourceLanguage.PYTHON,
            TWO_FUNCTIONS,
            "[{\"shop.buy\": {\"item\": [\"Tea\"], \"count\": [2, \"\"]}}]");
    assertThat(verdict(checker, calls)).isEqualTo(verdict);
  }

  @Test
  void anArgumentMayOnlyBeLeftOutWhereTheAnswerSaysSo() {
    String functions =
        "[{\"name\": \"f\", \"parameters\": {\"properties\": {\"a\": {\"type\": \"integer\"}}, \"required\": %s}}]";
    String call = "[{\"name\": \"f\", \"arguments\": {}}]";
    assertThat(
            verdict(
                checker(
                    Dispatch.SIMPLE,
                    SourceLanguage.PYTHON,
                    functions.formatted("[]"),
                    "[{\"f\": {\"a\": [1]}}]"),
                call))
        .isEqualTo("simple_function_checker:missing_optional");
    assertThat(
            verdict(
                checker(
                    Dispatch.SIMPLE,
                    SourceLanguage.PYTHON,
                    functions.formatted("[\"a\"]"),
                    "[{\"f\": {\"a\": [\"\", 1]}}]"),
                call))
        .isEqualTo("simple_function_checker:missing_required");
  }

  @Test
  void oneCallOfSeveralFunctionsIsJudgedByTheOneThatTheAnswerNames() {
    AstChecker multiple =
        checker(
            Dispatch.MULTIPLE,
            SourceLanguage.PYTHON,
            TWO_FUNCTIONS,
            "[{\"rest\": {\"hours\": [8]}}]");
    assertThat(verdict(multiple, "[{\"name\": \"rest\", \"arguments\": {\"hours\": 8}}]"))
        .isEqualTo("ok");
    assertThat(verdict(multiple, "[]")).isEqualTo("multiple_function_checker:wrong_count");
    AstChecker simple =
        checker(
            Dispatch.SIMPLE,
            SourceLanguage.PYTHON,
            TWO_FUNCTIONS,
            "[{\"rest\": {\"item\": [\"tea\"]}}]");
    assertThat(verdict(simple, "[{\"name\": \"shop.buy\", \"arguments\": {\"item\": \"tea\"}}]"))
        .isEqualTo("ok");
    AstChecker notOffered =
        checker(Dispatch.MULTIPLE, SourceLanguage.PYTHON, TWO_FUNCTIONS, "[{\"fly\": {}}]");
    assertThat(verdict(notOffered, "[{\"name\": \"fly\", \"arguments\": {}}]"))
        .isEqualTo("checker_exception:TypeError");
  }

  @Test
  void parallelCallsAreTakenGreedilyInTheOrderOfTheAnswers() {
    AstChecker checker =
        checker(
            Dispatch.PARALLEL,
            SourceLanguage.PYTHON,
            TWO_FUNCTIONS,
            "[{\"rest\": {\"hours\": [1, 2]}}, {\"rest\": {\"hours\": [1]}}]");
    String call = "{\"name\": \"rest\", \"arguments\": {\"hours\": %s}}";
    assertThat(verdict(checker, "[%s, %s]".formatted(call, call).formatted(2, 1))).isEqualTo("ok");
    assertThat(verdict(checker, "[%s, %s]".formatted(call, call).formatted(1, 2)))
        .isEqualTo("parallel_function_checker_no_order:cannot_find_match");
    assertThat(verdict(checker, "[%s]".formatted(call).formatted(1)))
        .isEqualTo("parallel_function_checker_no_order:wrong_count");
  }

  @ParameterizedTest
  @CsvSource({
    "simple_python, SIMPLE",
    "live_multiple, MULTIPLE",
    "parallel_multiple, PARALLEL",
    "live_parallel, PARALLEL"
  })
  void theNameOfACategoryDecidesHowCallsMeetAnswers(String category, Dispatch dispatch) {
    assertThat(Dispatch.of(category)).isEqualTo(dispatch);
  }
}
