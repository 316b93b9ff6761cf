package toolr0.torch.text;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.chat.Role;
import toolr0.chat.template.ChatTemplate;
import toolr0.chat.template.RenderedChat;
import toolr0.chat.template.TemplateException;

/**
 * Writes chats by a checkpoint's own chat template.
 *
 * <p>The ids of a chat start with the ids of every shorter one that ends in an opened answer, if
 * its text starts with the shorter one's text: an answer's text is encoded apart from what stands
 * before it, as it is when the answer is sampled.
 */
public final class TemplateRenderer implements ChatRenderer {

  /**
   * The time that prompts tell: the day that Llama 3's templates tell where they know none. A run's
   * prompts must not depend on the day on which it is resumed.
   */
  static final LocalDateTime NOW = LocalDateTime.of(2024, 7, 26, 0, 0);

  private static final List<Message> PROBE =
      List.of(Message.system("You help."), Message.user("Hello, world 1."));

  private final ChatTemplate template;
  private final PromptEncoder encoder;

  private TemplateRenderer(ChatTemplate template, PromptEncoder encoder) {
    this.template = template;
    this.encoder = encoder;
  }

  /**
   * The renderer of a checkpoint's folder.
   *
   * @param tokenizer the one in that folder
   * @throws TokenizerException if there is no template, or it or the tokenizer has something that
   *     is not supported, or it refuses a chat of a system and a user message
   */
  public static TemplateRenderer open(Path folder, HfTokenizer tokenizer) {
    try {
      TemplateRenderer renderer =
          new TemplateRenderer(
              ChatTemplate.read(folder), new PromptEncoder(tokenizer, tokenizer.specials()));
      RenderedChat probe = renderer.template.render(PROBE, true, NOW);
      if (!Arrays.equals(
          renderer.encoder.encode(probe, Collections.emptySortedSet()),
          tokenizer.encodeWithSpecials(probe.text()))) {
        throw new TokenizerException(
            folder
                + ": not supported: a tokenizer that reads text behind a special token otherwise than text by itself");
      }
      return renderer;
    } catch (TemplateException e) {
      throw failure(e);
    }
  }

  private static TokenizerException failure(TemplateException e) {
    return new TokenizerException(String.valueOf(e.getMessage()), e);
  }

  /**
   * {@inheritDoc}
   *
   * @throws TokenizerException where the template fails or refuses the chat
   */
  @Override
  public int[] render(List<Message> messages, boolean addGenerationPrompt) {
    RenderedChat chat;
    try {
      chat = template.render(messages, addGenerationPrompt, NOW);
    } catch (TemplateException e) {
      throw failure(e);
    }
    SortedSet<Integer> cuts = new TreeSet<>();
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).role() == Role.ASSISTANT) {
        addCut(chat, messages.subList(0, i), cuts);
      }
    }
    return encoder.encode(chat, cuts);
  }

  private void addCut(RenderedChat chat, List<Message> before, SortedSet<Integer> cuts) {
    try {
      RenderedChat opened = template.render(before, true, NOW);
      if (chat.isContinuationOf(opened)) {
        cuts.add(opened.text().length());
      }
    } catch (TemplateException e) {
      // A chat that the template refuses is no prompt, and no answer to it was sampled.
      return;
    }
  }
}
