package toolr0.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Json;
import toolr0.chat.Message;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ChatTemplateTest {
  private static final List<Message> HI = List.of(Message.user("hi"));

  @TempDir Path folder;

  private void config(ObjectNode config) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), Json.pretty(config));
  }

  private String render(ArrayNode tools) {
    return ChatTemplate.read(folder).render(HI, tools, true, TemplateVectors.NOW).text();
  }

  private String render() {
    return ChatTemplate.read(folder).render(HI, true, TemplateVectors.NOW).text();
  }

  private static ArrayNode tool() {
    ArrayNode tools = Json.array();
    tools.addObject().put("name", "f");
    return tools;
  }

  @Test
  void theTemplateIsATextInTheSettings() throws IOException {
    config(
        Json.object()
            .put(
                "chat_template",
                "{{ messages[0].role ~ messages[0]['content'] }} {{ messages[0]|list }}"
                    + " {{ tools is none }}{{ documents is none }}{{ add_generation_prompt }}"));
    assertThat(render()).isEqualTo("userhi ['role', 'content'] TrueTrueTrue");
  }

  @Test
  void ofSeveralTemplatesOneIsForChatsWithTools() throws IOException {
    ObjectNode config = Json.object();
    ArrayNode list = config.putArray("chat_template");
    list.addObject().put("name", "rag").put("template", "{% include 'x' %}");
    list.addObject().put("name", "default").put("template", "D{{ tools|length if tools }}");
    config(config);
    assertThat(render()).isEqualTo("D");
    assertThat(render(tool())).isEqualTo("D1");
    list.addObject().put("name", "tool_use").put("template", "T{{ tools|tojson }}");
    config(config);
    assertThat(render()).isEqualTo("D");
    assertThat(render(tool())).isEqualTo("T[{\"name\": \"f\"}]");
  }

  @Test
  void theTemplatesOwnFileGoesFirst() throws IOException {
    config(Json.object().put("chat_template", "settings").put("bos_token", "<s>"));
    Files.writeString(folder.resolve("chat_template.jinja"), "{{ bos_token }}file é\n");
    assertThat(render()).isEqualTo("<s>file é");
    Files.delete(folder.resolve("tokenizer_config.json"));
    assertThat(render()).isEqualTo("file é");
  }

  @Test
  void specialTokensHaveTheFormsOfOldAndNewFiles() throws IOException {
    ObjectNode config = Json.object();
    config.put(
        "chat_template",
        "{{ bos_token }}{{ eos_token }}{{ unk_token }}{{ pad_token is defined }}{{ sep_token }}");
    config.put("bos_token", "<s>").putNull("pad_token");
    config.putObject("eos_token").put("__type", "AddedToken").put("content", "</s>");
    config(config);
    Files.writeString(
        folder.resolve("special_tokens_map.json"),
        "{\"bos_token\": \"<old>\", \"unk_token\": {\"content\": \"<unk>\"}, \"sep_token\": \"|\"}");
    assertThat(render()).isEqualTo("<s></s><unk>False|");
  }

  @Test
  void whatMessagesAndToolsSayIsContentAndRolesAreNot() throws IOException {
    config(
        Json.object()
            .put("bos_token", "<s>")
            .put(
                "chat_template",
                "{{ bos_token }}<{{ messages[0].role }}>{{ messages[0].content }}{{ tools }}"));
    RenderedChat chat = ChatTemplate.read(folder).render(HI, tool(), false, TemplateVectors.NOW);
    assertThat(chat.text()).isEqualTo("<s><user>hi[{'name': 'f'}]");
    assertThat(chat.hasContent(0, 9)).isFalse();
    assertThat(chat.hasContent(9, 10)).isTrue();
    assertThat(chat.hasContent(11, 13)).isFalse();
    assertThat(chat.hasContent(13, 14)).isFalse();
    assertThat(chat.hasContent(14, 18)).isTrue();
    assertThat(chat.hasContent(22, 23)).isTrue();
  }

  @Test
  void aFolderWithoutATemplateIsNamedWithTheRemedy() throws IOException {
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(folder + ": the checkpoint has no chat template")
        .hasMessageContaining("chat_template.jinja");
    config(Json.object().put("bos_token", "<s>").putNull("chat_template"));
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .hasMessageContaining("has no chat template");
  }

  @Test
  void brokenFilesAreNamed() throws IOException {
    Path file = folder.resolve("tokenizer_config.json");
    Files.writeString(file, "{");
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(file + ": not valid JSON");
    Files.write(file, "{\"a\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(file + ": cannot be read");
    Files.writeString(file, "{\"chat_template\": 5}");
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining(file + ": chat_template: expected a text or a list");
    Files.writeString(file, "{\"chat_template\": [{\"name\": \"default\"}]}");
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("\"name\" and \"template\"");
  }

  @Test
  void anErrorNamesTheFileAndTheTemplatesLine() throws IOException {
    config(Json.object().put("chat_template", "a\n{{ messages[0].content }}\n\n{{ nothing.x }}"));
    assertThatThrownBy(this::render)
        .isInstanceOfSatisfying(TemplateException.class, e -> assertThat(e.line()).isEqualTo(4))
        .hasMessage(
            folder.resolve("tokenizer_config.json")
                + ": chat_template, line 4 of the template: 'nothing' is undefined");
    Files.writeString(folder.resolve("chat_template.jinja"), "\n{{ 'a'|shout }}");
    assertThatThrownBy(() -> ChatTemplate.read(folder))
        .hasMessage(
            folder.resolve("chat_template.jinja")
                + ", line 2 of the template: No filter named 'shout'.");
    Files.writeString(folder.resolve("chat_template.jinja"), "{{\n'a'|urlize }}");
    assertThatThrownBy(this::render)
        .hasMessageContaining("line 2 of the template: not supported: the filter urlize");
  }
}
