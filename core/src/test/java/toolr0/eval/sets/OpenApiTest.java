package toolr0.eval.sets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.tool.Parameter;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;

class OpenApiTest {
  private static List<Parameter> parameters(String document, String path, String method)
      throws BadRecord {
    return OpenApi.parse(document).orElseThrow().operation(path, method).orElseThrow().parameters();
  }

  @Test
  void parametersComeFromOperationPathAndBody() throws BadRecord {
    List<Parameter> parameters =
        parameters(
            """
            {"paths":{"/a/{id}":{"parameters":[{"$ref":"#/components/parameters/Id"},
                                              {"name":"q","schema":{"type":"string"}}],
              "post":{"parameters":[{"name":"q","description":"Own.","schema":{"type":"integer"}},
                                    {"name":"old","type":"number","in":"query"}],
                "requestBody":{"content":{"text/plain":{"schema":{"type":"string"}},
                  "application/json":{"schema":{"allOf":[{"$ref":"#/components/schemas/Base"},
                     {"properties":{"extra":{"type":"boolean"}}}]}}}}}}},
             "components":{"parameters":{"Id":{"name":"id","required":true,"schema":{"type":"string"}}},
               "schemas":{"Base":{"required":["size"],"properties":{"size":{"type":"integer","default":2}}}}}}""",
            "/a/{id}",
            "post");
    assertThat(parameters)
        .extracting(Parameter::name)
        .containsExactly("q", "old", "id", "size", "extra");
    assertThat(parameters)
        .extracting(Parameter::type)
        .containsExactly("integer", "number", "string", "integer", "boolean");
    assertThat(parameters)
        .extracting(Parameter::required)
        .containsExactly(false, false, true, true, false);
    assertThat(parameters.get(3).defaultValue().orElseThrow().intValue()).isEqualTo(2);
  }

  @Test
  void anOperationWithoutAnIdIsNamedByItsPath() {
    OpenApi document =
        OpenApi.parse("{\"paths\":{\"/api/v2/{word}\":{\"get\":{},\"summary\":\"no method\"}}}")
            .orElseThrow();
    assertThat(document.operations()).containsExactly("api_v2_word_get");
  }

  @Test
  void aSchemaThatHoldsItselfIsCut() throws BadRecord {
    List<Parameter> parameters =
        parameters(
            """
            {"paths":{"/n":{"post":{"requestBody":{"content":{"application/json":{"schema":
                {"properties":{"node":{"$ref":"#/components/schemas/Node"},
                               "lost":{"$ref":"#/components/schemas/Nowhere"},
                               "self":{"$ref":"#/components/schemas/Self"}}}}}}}}},
             "components":{"schemas":{"Self":{"$ref":"#/components/schemas/Self"},
               "Node":{"type":"object","properties":{
                  "next":{"$ref":"#/components/schemas/Node"},"value":{"type":"integer"}}}}}}""",
            "/n",
            "post");
    assertThat(ToolMenus.write(List.of(new ToolSpec("n", "", parameters))))
        .contains("{\"next\":{\"type\":\"object\"},\"value\":{\"type\":\"integer\"}}");
    assertThat(parameters).extracting(Parameter::type).containsExactly("object", "any", "object");
  }

  @Test
  void referencesThatMultiplyAreCut() throws BadRecord {
    StringBuilder schemas = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      schemas.append(
          "\"S%d\":{\"properties\":{\"a\":{\"$ref\":\"#/s/S%d\"},\"b\":{\"$ref\":\"#/s/S%d\"}}},"
              .formatted(i, i + 1, i + 1));
    }
    String document =
        "{\"paths\":{\"/x\":{\"post\":{\"requestBody\":{\"content\":{\"application/json\":{\"schema\":"
            + "{\"$ref\":\"#/s/S0\"}}}}}}},\"s\":{"
            + schemas
            + "\"S60\":{\"type\":\"string\"}}}";
    List<Parameter> parameters = parameters(document, "/x", "post");
    assertThat(parameters).extracting(Parameter::name).contains("a");
    assertThat(Json.compact(parameters.getFirst().more())).hasSizeLessThan(5_000_000);
  }

  @Test
  void whatIsNoDocumentHasNoOperations() {
    assertThat(OpenApi.parse("[]")).isEmpty();
    assertThat(OpenApi.parse("{")).isEmpty();
    assertThat(OpenApi.parse("{\"paths\":[1]}").orElseThrow().operations()).isEmpty();
    assertThat(OpenApi.parse("{\"paths\":{\"/a\":{\"get\":5}}}").orElseThrow().operations())
        .isEmpty();
  }
}
