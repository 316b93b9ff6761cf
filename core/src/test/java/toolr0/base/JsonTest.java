package toolr0.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonTest {

  @Test
  void keepsIntegersDecimalsAndTextApart() {
    JsonNode list = Json.parse("[5, 5.0, \"5\", 123456789012345678901234567890]");
    assertThat(list.get(0).isIntegralNumber()).isTrue();
    assertThat(list.get(1).isIntegralNumber()).isFalse();
    assertThat(list.get(2).isString()).isTrue();
    assertThat(list.get(3).bigIntegerValue())
        .isEqualTo(new BigInteger("123456789012345678901234567890"));
    assertThat(Json.compact(list)).isEqualTo("[5,5.0,\"5\",123456789012345678901234567890]");
  }

  @Test
  void canonicalTextDoesNotDependOnTheOrderOfKeys() {
    JsonNode a = Json.parse("{\"b\": [{\"y\": 1, \"x\": 2}], \"a\": null}");
    JsonNode b = Json.parse("{\"a\": null, \"b\": [{\"x\": 2, \"y\": 1}]}");
    assertThat(Json.canonical(a)).isEqualTo(Json.canonical(b));
    assertThat(Json.canonical(a)).isEqualTo("{\"a\":null,\"b\":[{\"x\":2,\"y\":1}]}");
    assertThat(Json.compact(a)).isEqualTo("{\"b\":[{\"y\":1,\"x\":2}],\"a\":null}");
  }

  @Test
  void lastOfRepeatedKeysCounts() {
    assertThat(Json.compact(Json.parse("{\"x\": 1, \"x\": 2}"))).isEqualTo("{\"x\":2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "{",
        "[1,]",
        "{'a': 1}",
        "[1] x",
        "nul",
        "[01]",
        "[1.]",
        "[.5]",
        "[NaN]",
        "[1e999]",
        "\"\u0001\"",
        "[+1]",
        "// c\n1"
      })
  void refusesWhatIsNotStrictJson(String text) {
    assertThat(Json.tryParse(text)).isEmpty();
  }

  @Test
  void saysWhereTheTextIsWrong() {
    JsonSyntaxException error =
        catchThrowableOfType(
            JsonSyntaxException.class, () -> Json.parse("{\n  \"a\": 1,\n  \"b\" 2\n}"));
    assertThat(error.line()).isEqualTo(3);
    assertThat(error.column()).isBetween(6, 8);
    assertThat(error).hasMessageContaining("line 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1,\n2", "{\"a\": (", "{\"a\": [\n", "[1}"})
  void namesThePlaceInTheTextAndNoOther(String text) {
    JsonSyntaxException error =
        catchThrowableOfType(JsonSyntaxException.class, () -> Json.parse(text));
    assertThat(error.problem()).doesNotContain("Source", "UNKNOWN", "REDACTED").isNotBlank();
    assertThat(error)
        .hasMessage("%s (line %d, column %d)", error.problem(), error.line(), error.column());
  }

  @Test
  void refusesNestingBeyondTheLimitWithoutOverflow() {
    String deepest = "[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH);
    assertThat(Json.tryParse(deepest)).isPresent();
    assertThat(Json.tryParse("[" + deepest + "]")).isEmpty();
    assertThat(Json.tryParse("[".repeat(1_000_000))).isEmpty();
    assertThat(Json.tryParse("{\"a\":".repeat(100_000))).isEmpty();
  }
}
