package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;
import toolr0.tool.SchemaViolation.Kind;

class SchemaCheckTest {
  private static final List<ToolSpec> MENU =
      List.of(
          new ToolSpec(
              "f",
              "does f",
              List.of(
                  new Parameter("n", "integer", "", true, List.of()),
                  new Parameter("u", "string", "", false, List.of("km", "mi")))));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "f|{\"n\": 1}|",
        "f|{\"n\": 1.0, \"u\": \"km\"}|",
        "g|{}|UNKNOWN_TOOL",
        "f|{}|MISSING_REQUIRED",
        "f|{\"n\": 1, \"z\": 2}|UNKNOWN_ARGUMENT",
        "f|{\"n\": \"1\"}|WRONG_TYPE",
        "f|{\"n\": 1.5}|WRONG_TYPE",
        "f|{\"n\": 1, \"u\": \"ly\"}|NOT_IN_ENUM"
      })
  void namesWhatDoesNotFit(String name, String arguments, String kind) {
    List<SchemaViolation> violations =
        SchemaCheck.check(new ToolCall(name, Json.parseObject(arguments)), MENU);
    if (kind == null) {
      assertThat(violations).isEmpty();
    } else {
      assertThat(violations).extracting(SchemaViolation::kind).containsExactly(Kind.valueOf(kind));
    }
  }

  @Test
  void everyViolationOfEveryCallIsGiven() {
    ToolCall bad = new ToolCall("f", Json.parseObject("{\"z\": 1, \"u\": 3}"));
    assertThat(SchemaCheck.check(List.of(bad, bad), MENU))
        .extracting(SchemaViolation::kind)
        .containsExactly(
            Kind.MISSING_REQUIRED,
            Kind.UNKNOWN_ARGUMENT,
            Kind.WRONG_TYPE,
            Kind.MISSING_REQUIRED,
            Kind.UNKNOWN_ARGUMENT,
            Kind.WRONG_TYPE);
  }

  @Test
  void aThousandViolationsAreEnough() {
    ToolCall bad = new ToolCall("f", Json.parseObject("{\"z\": 1, \"u\": 3}"));
    assertThat(SchemaCheck.check(Collections.nCopies(400, bad), MENU)).hasSize(1_000);
  }
}
