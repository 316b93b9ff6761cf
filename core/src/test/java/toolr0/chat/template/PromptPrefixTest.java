package toolr0.chat.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import toolr0.base.Json;
import toolr0.chat.Message;
import toolr0.chat.Role;

/** A longer chat begins with the prompt of a shorter one, where the template only appends. */
class PromptPrefixTest {
  private static final int CHATS = 100;

  @Test
  void ownTemplates() throws IOException {
    check(
        "ChatML",
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{{ '' }}{% endif %}");
    try (InputStream in = PromptPrefixTest.class.getResourceAsStream("agent.jinja")) {
      check("agent", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void goldenTemplatesThatOnlyAppend() throws IOException {
    Path folder = Path.of(System.getProperty("toolr0.oracles", "../shared/oracles"), "jinja");
    for (String name : List.of("headers", "tools")) {
      Path file = folder.resolve(name + ".json");
      if (!Files.isRegularFile(file)) {
        System.out.println("golden prefixes: no template at " + file + ", nothing checked");
        continue;
      }
      check(name, Json.parseObject(Files.readString(file)).get("template").stringValue());
    }
  }

  private static void check(String name, String source) {
    Template template = Template.parse(name, source);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < CHATS; i++) {
      List<Message> chat = chat(random);
      RenderedChat whole = render(template, chat, false);
      for (int turns = 2; turns < chat.size(); turns += 2) {
        RenderedChat opened = render(template, chat.subList(0, turns), true);
        assertThat(whole.isContinuationOf(opened))
            .as("%s: <%s> begins <%s>", name, opened.text(), whole.text())
            .isTrue();
        assertThat(whole.isContinuationOf(render(template, chat.subList(0, turns), false)))
            .isTrue();
      }
    }
  }

  private static RenderedChat render(Template template, List<Message> chat, boolean open) {
    return template.render(
        Map.of(
            "messages", new Sequence.ListValue(chat.stream().map(ChatTemplate::value).toList()),
            "add_generation_prompt", Value.Bool.of(open),
            "bos_token", Str.of("<s>"),
            "eos_token", Str.of("</s>")),
        TemplateVectors.NOW);
  }

  /** A system message, then questions and answers in turn. */
  private static List<Message> chat(SplittableRandom random) {
    List<String> pieces = List.of("a", "Ä", "{{ x }}", "</s>", "1", "<|im_end|>", "\"", "\\n");
    List<Message> chat = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      StringBuilder content = new StringBuilder("c");
      for (int j = random.nextInt(6); j > 0; j--) {
        content.append(pieces.get(random.nextInt(pieces.size())));
      }
      Role role = i == 0 ? Role.SYSTEM : i % 2 == 1 ? Role.USER : Role.ASSISTANT;
      chat.add(new Message(role, content.toString()));
    }
    return chat;
  }

  @Test
  void aChatThatTheTemplateRewritesIsNoContinuation() {
    Template template =
        Template.parse(
            "rewriting",
            "{% for m in messages %}{{ m.content ~ (';' if not loop.last else '.') }}{% endfor %}");
    List<Message> chat = List.of(Message.user("a"), Message.assistant("b"));
    assertThat(render(template, chat, false).text()).isEqualTo("a;b.");
    assertThat(
            render(template, chat, false)
                .isContinuationOf(render(template, chat.subList(0, 1), false)))
        .isFalse();
  }
}
