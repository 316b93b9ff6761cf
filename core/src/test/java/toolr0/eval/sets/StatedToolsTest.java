package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
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
    for (String type : List.of("list(str)", "List[str]", " list < str > ", "Optional[List[str]]")) {
      Parameter parameter = parameter("{\"type\":\"" + type + "\"}");
      assertThat(parameter.type()).as(type).isEqualTo("list");
      assertThat(parameter.itemType()).as(type).contains("str");
    }
    assertThat(Json.compact(parameter("\"list(list(int))\"").more()))
        .isEqualTo("{\"items\":{\"items\":{\"type\":\"int\"},\"type\":\"list\"}}");
  }

  @Test
  void otherTypesStayAsTheyAreNamed() {
    assertThat(parameter("{\"type\":\"Union[List[dict], dict]\"}").type())
        .isEqualTo("union[list[dict], dict]");
    assertThat(parameter("{\"type\":\"str/datetime obj\"}").type()).isEqualTo("str/datetime obj");
    assertThat(parameter("{\"type\":\"list(str) or list(int)\"}").type())
        .isEqualTo("list(str) or list(int)");
    assertThat(parameter("{\"type\":\"list(\"}").type()).isEqualTo("list(");
    assertThat(parameter("{\"type\":[\"null\",\"integer\"]}").type()).isEqualTo("integer");
    assertThat(parameter("{\"items\":{}}").type()).isEqualTo("array");
    assertThat(parameter("{\"properties\":{}}").type()).isEqualTo("object");
    assertThat(parameter("{}").type()).isEqualTo("any");
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
