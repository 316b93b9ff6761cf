package toolr0.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolMenusTest {
  private static final ToolSpec WEATHER =
      new ToolSpec(
          "get_weather",
          "Weather of a city",
          List.of(
              new Parameter("city", "string", "", true, List.of()),
              new Parameter("unit", "string", "scale", false, List.of("c", "f"))));

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        [{"name":"get_weather","description":"Weather of a city",
          "parameters":{"city":{"type":"string"},"unit":{"type":"string","description":"scale","enum":["c","f"]}},
          "required":["city"]}]""",
        """
        [{"name":"get_weather","description":"Weather of a city",
          "parameters":{"type":"object","properties":{"city":{"type":"string"},
            "unit":{"type":" String ","description":"scale","enum":["c","f"]}},"required":["city"]}}]""",
        """
        [{"type":"function","function":{"name":"get_weather","description":"Weather of a city",
          "parameters":{"properties":{"city":"string","unit":{"type":"string","description":"scale","enum":["c","f"]}},
            "required":["city"]}}}]""",
        """
        ```json
        {"name":"get_weather","description":"Weather of a city",
          "parameters":{"city":"string","unit":{"type":"string","description":"scale","enum":["c","f"]}},"required":["city"]}
        ```"""
      })
  void readsEveryWayToStateATool(String text) {
    assertThat(ToolMenus.parse(text)).isEqualTo(new ParsedMenu.Menu(List.of(WEATHER)));
  }

  @Test
  void writesOneCompactLineThatIsReadBack() {
    String text = ToolMenus.write(List.of(WEATHER));
    assertThat(text)
        .isEqualTo(
            "[{\"name\":\"get_weather\",\"description\":\"Weather of a city\",\"parameters\":"
                + "{\"city\":{\"type\":\"string\"},\"unit\":{\"type\":\"string\",\"description\":\"scale\","
                + "\"enum\":[\"c\",\"f\"]}},\"required\":[\"city\"]}]");
    assertThat(ToolMenus.parse(text)).isEqualTo(new ParsedMenu.Menu(List.of(WEATHER)));
  }

  @Test
  void flatParametersMayBeCalledPropertiesOrType() {
    String text =
        "[{\"name\":\"f\",\"parameters\":{\"properties\":{\"type\":\"string\"},\"type\":{\"type\":\"integer\"}}}]";
    assertThat(ToolMenus.parse(text))
        .isInstanceOfSatisfying(
            ParsedMenu.Menu.class,
            menu ->
                assertThat(menu.tools().get(0).parameters())
                    .extracting(Parameter::name)
                    .containsExactly("properties", "type"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tools|not JSON",
        "[]|empty",
        "3|not a list",
        "[3]|tool 1: not an object",
        "[{\"description\":\"d\"}]|no name",
        "[{\"name\":\"f\",\"parameters\":[1]}]|not an object",
        "[{\"name\":\"f\",\"parameters\":{\"a\":3}}]|\"a\"",
        "[{\"name\":\"f\",\"parameters\":{\"a\":{}}}]|no type",
        "[{\"name\":\"f\",\"parameters\":{\"a\":\" \"}}]|no type",
        "[{\"name\":\"f\",\"required\":[\"a\"]}]|\"a\"",
        "[{\"name\":\"f\"},{\"name\":\"f\"}]|taken"
      })
  void saysWhyATextIsNoMenu(String text, String reason) {
    assertThat(ToolMenus.parse(text))
        .isInstanceOfSatisfying(
            ParsedMenu.Unusable.class, menu -> assertThat(menu.reason()).contains(reason));
  }
}
