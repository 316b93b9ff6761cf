package toolr0.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;
import toolr0.tool.ToolCall;

class GroundingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5|Book 5 seats|true",
        "5|Book five seats|true",
        "5|Book 15 seats|false",
        "5.0|Book 5 seats|true",
        "5|It is 5.5 long|false",
        "5.5|It is 5.5 long|true",
        "-5|It is -5 degrees|true",
        "-5|It is minus 5 degrees|true",
        "-5|It is 5 degrees|false",
        "5|It is -5 degrees|false",
        "5|rows 3-5 please|true",
        "1250.5|Pay $1,250.50 now|true",
        "1250000.5|Pay 1,250,000.5 now|true",
        "1111|codes 1,111,1111|true",
        "111|codes 1,111,1111|true",
        "1111111|codes 1,111,1111|false",
        "12345|code 12345,678|true",
        "0.5|.5 of it|true",
        "10|a disk of 10GB please|true",
        "3|take the 3rd exit|true",
        "3|take the third exit|true",
        "35|dim to 35%|true",
        "0.35|dim to 35%|true",
        "25|twenty-five people|true",
        "20|twenty-five people|false",
        "325|three hundred and twenty-five people|true",
        "2100|two thousand one hundred|true",
        "1000000|a million of them|true",
        "7|call 555 1237|false",
        "12345678901234567890|id 12345678901234567890 is it|true",
        "\"Paris\"|weather in paris?|true",
        "\"Paris\"|a comparison|false",
        "\"New York\"|from New  York's airport|true",
        "\"New York\"|a new flat in York|false",
        "\"S\u00e3o Paulo\"|in S\u00c3O PAULO now|true",
        "\"S\u00e3o Paulo\"|in Sa\u0303o Paulo now|true",
        "\"\u6771\u4eac\"|\u6771\u4eac\u306e\u5929\u6c17|true",
        "\"\u4eac\u90fd\"|\u6771\u4eac\u306e\u5929\u6c17|false",
        "\"\u041c\u043e\u0441\u043a\u0432\u0430\"|\u043f\u043e\u0433\u043e\u0434\u0430 \u041c\u041e\u0421\u041a\u0412\u0410|true",
        "\"emma.watts@contoso.com\"|write to emma.watts@contoso.com please|true",
        "\"ORD-717-X\"|cancel ORD-717-X|true",
        "\"ORD-717-X\"|cancel ORD-717|false",
        "\"2025-03-14\"|on March 14, 2025 please|true",
        "\"2025-03-14\"|on the 14th of March 2025 please|true",
        "\"2025-03-14\"|on 14.03.2025 please|true",
        "\"2025-03-14\"|on 3/14/2025 please|true",
        "\"2025-03-14\"|on March 15, 2025 please|false",
        "\"2025-13-45\"|on March 15, 2025 please|false",
        "\"05\"|at gate 5|true",
        "\"\"|anything|false",
        "[\"a1\", 2]|a1 and 2|true",
        "[\"a1\", 3]|a1 and 2|false"
      })
  void findsValuesByWhatTheyAre(String value, String question, boolean grounded) {
    assertThat(Grounding.prepare(question, GroundingRule.TYPED).holds(Json.parse(value)))
        .isEqualTo(grounded);
  }

  @Test
  void booleansAndNullsAreNotCounted() {
    List<ToolCall> calls =
        List.of(
            new ToolCall(
                "f",
                Json.parseObject("{\"a\":true,\"b\":null,\"c\":\"x1\",\"d\":9,\"e\":[true]}")));
    assertThat(Grounding.score("use x1", calls, GroundingRule.TYPED))
        .isEqualTo(new GroundingScore(1, 2));
  }

  @Test
  void aTaskWithFewerValuesThanTheMinimumHasNoFullShare() {
    assertThat(new GroundingScore(0, 0).share(0)).isEqualTo(1);
    assertThat(new GroundingScore(0, 0).share(1)).isZero();
    assertThat(new GroundingScore(1, 2).share(1)).isEqualTo(0.5);
    assertThat(new GroundingScore(1, 1).share(2)).isEqualTo(0.5);
  }
}
