package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.IntNode;

class PythonValuesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5 | 5.0 | true",
        "true | 1.0 | true",
        "false | 0 | true",
        "\"5\" | 5 | false",
        "null | 0 | false",
        "9007199254740993 | 9007199254740992.0 | false",
        "100000000000000000000000 | 1e23 | false",
        "99999999999999991611392 | 1e23 | true",
        "0.0 | -0.0 | true",
        "[1, true] | [true, 1.0] | true",
        "[1, 2] | [2, 1] | false",
        "{\"a\": 1, \"b\": [0]} | {\"b\": [false], \"a\": 1.0} | true",
        "{\"a\": 1} | {\"a\": 1, \"b\": null} | false"
      })
  void equalityIsPythons(String a, String b, boolean equal) {
    assertThat(PythonValues.equal(Json.parse(a), Json.parse(b))).isEqualTo(equal);
    assertThat(PythonValues.equal(Json.parse(b), Json.parse(a))).isEqualTo(equal);
  }

  @Test
  void numbersThatAreNotFiniteEqualNoInteger() {
    assertThat(PythonValues.equal(DoubleNode.valueOf(Double.NaN), IntNode.valueOf(0))).isFalse();
    assertThat(PythonValues.equal(IntNode.valueOf(0), DoubleNode.valueOf(Double.POSITIVE_INFINITY)))
        .isFalse();
  }
}
