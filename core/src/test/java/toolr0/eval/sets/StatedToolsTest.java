package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.base.Json;
import toolr0.tool.Parameter;
import toolr0.tool.ToolSpec;

class StatedToolsTest {
  private static Parameter parameter(String schema) {
    try {
      return StatedTools.parameter("p", Json.parse(schema), false);
    } catch (BadRecord e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aListsElementTypeBecomesItsItems() {
    for (String type :
        List.of("list(str)", "List[str]", " list < str > ", "Optional[List[str]]", "list of str")) {
      Parameter parameter = parameter("{\"type\":\"" + type + "\"}");
      assertThat(parameter.type()).as(type).isEqualTo("array");
      assertThat(parameter.itemType()).as(type).contains("string");
    }
    assertThat(Json.compact(parameter("\"list(list(int))\"").more()))
        .isEqualTo("{\"items\":{\"items\":{\"type\":\"integer\"},\"type\":\"array\"}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"str\" | string",
        "\"Enum\" | string",
        "\"int or float\" | number",
        "\"String or Dict\" | string or object",
        "[\"integer\",\"string\",\"null\"] | integer or string",
        "[\"null\",\"integer\"] | integer",
        "\"Union[List[dict], dict]\" | union[list[dict], dict]",
        "\"str/datetime obj\" | str/datetime obj",
        "\"list(str) or list(int)\" | list(str) or list(int)",
        "\"list(\" | list(",
        "\"rope\" | rope",
        "{\"a\":1} | any",
        "null | any",
        "[] | any",
      })
  void aTypeIsNamedAsInJsonSchemaWhereItsNameIsKnown(String stated, String type) {
    assertThat(parameter("{\"type\":" + stated + "}").type()).isEqualTo(type);
  }

  @Test
  void aTypeThatIsNotStatedIsThatOfTheSchemasKeys() {
    assertThat(parameter("{\"items\":{}}").type()).isEqualTo("array");
    assertThat(parameter("{\"properties\":{}}").type()).isEqualTo("object");
    assertThat(parameter("{}").type()).isEqualTo("any");
  }

  @Test
  void aDateIsATextOfItsForm() {
    Parameter date = parameter("{\"type\":\"Date (yyyy-mm-dd)\"}");
    assertThat(date.type()).isEqualTo("string");
    assertThat(Json.compact(date.more())).isEqualTo("{\"format\":\"date (yyyy-mm-dd)\"}");
  }

  @Test
  void whereNothingSaysWhatIsRequiredDefaultsAndDescriptionsDo() throws BadRecord {
    String stated =
        """
        {"a":{},"b":{"default":1},"c":{"default_value":null},"d":{"description":"Only needed once."},
         "e":{"optional":true},"f":{"optional":false,"default":1},"g":{"required":false}}""";
    assertThat(StatedTools.parameters(Json.parseObject(stated)))
        .filteredOn(Parameter::required)
        .extracting(Parameter::name)
        .containsExactly("a", "f");
    assertThat(StatedTools.parameters(Json.parseObject(stated), Set.of("b")))
        .filteredOn(Parameter::required)
        .extracting(Parameter::name)
        .containsExactly("b", "f");
  }

  @Test
  void whatElseASchemaStatesIsKept() {
    Parameter parameter =
        parameter(
            "{\"type\":\"str\",\"required\":true,\"choices\":[\"a\",1],\"default\":\"a\",\"unit\":\"m\"}");
    assertThat(parameter.required()).isTrue();
    assertThat(parameter.allowed()).containsExactly("a", "1");
    assertThat(Json.compact(parameter.more())).isEqualTo("{\"default\":\"a\",\"unit\":\"m\"}");
  }

  @Test
  void twoToolsOfOneNameMustBeTheSame() throws BadRecord {
    ToolSpec one = new ToolSpec("f", "", List.of());
    assertThat(StatedTools.menu(List.of(one, one))).containsExactly(one);
    assertThatThrownBy(() -> StatedTools.menu(List.of(one, new ToolSpec("f", "x", List.of()))))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining("\"f\"");
  }
}
