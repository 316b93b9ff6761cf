package toolr0.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import toolr0.Mutations;
import toolr0.base.Json;
import toolr0.testsupport.TimeBound;
import toolr0.testsupport.WorstCases;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class TemplateFuzzTest {
  private static final int MUTATIONS = 20_000;
  private static final Template AGENT = Template.parse("agent", resource("agent.jinja"));
  private static final Map<String, Value> VARIABLES =
      TemplateVectors.values(
          Json.parseObject(
              """
              {"messages": [{"role": "system", "content": "Be kind."},
              {"role": "user", "content": "x {{ y }} é"}, {"role": "assistant", "content": "<think>a</think>b",
              "tool_calls": [{"function": {"name": "f", "arguments": {"n": [1, 2.5, null, true]}}}]}],
              "tools": [{"name": "f"}], "d": {"k": "v", "items": 1}, "l": [3, 1, 2], "s": "some text",
              "n": 7, "f": 0.5, "bos_token": "<s>", "add_generation_prompt": true}"""));

  @FuzzTest(maxDuration = "60s")
  void anyTemplateRendersOrFailsWithAReason(byte[] data) {
    checkTemplate(new String(data, StandardCharsets.UTF_8));
  }

  @FuzzTest(maxDuration = "60s")
  void anyContentIsRenderedAsContent(byte[] data) {
    checkContent(new String(data, StandardCharsets.UTF_8));
  }

  @Test
  void randomChangesOfTemplatesRenderOrFailWithAReason() {
    Mutations.run(
        Mutations.seeds(
            TemplateFuzzTest.class, "TemplateFuzzTestInputs/anyTemplateRendersOrFailsWithAReason"),
        1,
        MUTATIONS,
        TemplateFuzzTest::checkTemplate);
  }

  @Test
  void worstCasesRenderOrFailWithAReason() {
    WorstCases.each(WorstCases.SIZE, TemplateFuzzTest::checkTemplate);
    for (String piece :
        List.of(
            "{% if a %}{% endif %}", "{{ a }}", "{%- set b = 1 -%}", "{# #}\n", "{%", "{{", "{#")) {
      checkTemplate(WorstCases.repeated(piece, WorstCases.SIZE));
    }
  }

  @Test
  void worstCasesAreRenderedAsContent() {
    WorstCases.each(WorstCases.SIZE, TemplateFuzzTest::checkContent);
  }

  private static void checkTemplate(String source) {
    Optional<Template> template =
        TimeBound.within("reading a template", source.length(), () -> parse(source));
    if (template.isPresent()) {
      try {
        assertThat(template.get().render(VARIABLES, TemplateVectors.NOW).text()).isNotNull();
      } catch (TemplateException e) {
        assertThat(e).hasMessageContaining("line " + e.line());
      }
    }
  }

  private static Optional<Template> parse(String source) {
    try {
      return Optional.of(Template.parse("fuzzed", source));
    } catch (TemplateException e) {
      assertThat(e).hasMessageContaining("fuzzed");
      return Optional.empty();
    }
  }

  /** Whatever a user writes stands in the prompt as it is, and all of it counts as content. */
  private static void checkContent(String content) {
    ArrayNode messages = Json.array();
    messages.addObject().put("role", "user").put("content", content);
    ObjectNode answer = messages.addObject().put("role", "assistant").put("content", content);
    answer.putArray("tool_calls").addObject().put("name", content).put("arguments", content);
    messages.addObject().put("role", "tool").put("content", content);
    messages.addObject().put("role", "user").put("content", content);
    RenderedChat chat =
        TimeBound.within(
            "rendering a chat",
            4 * content.length(),
            () ->
                AGENT.render(
                    Map.of("messages", JsonValues.content(messages)), TemplateVectors.NOW));
    String opening = "<|turn|>user\n";
    int start = chat.text().lastIndexOf(opening + content + "<|end|>\n") + opening.length();
    assertThat(start).isGreaterThanOrEqualTo(opening.length());
    for (int i = start; i < start + content.length(); i++) {
      assertThat(chat.hasContent(i, i + 1)).isTrue();
    }
    assertThat(chat.hasContent(start + content.length(), chat.text().length())).isFalse();
  }

  private static String resource(String name) {
    try (InputStream in = TemplateFuzzTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
