package toolr0.torch.text;

import java.util.Arrays;
import java.util.List;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Message;
import toolr0.chat.Role;
import toolr0.chat.Tokenizer;

/**
 * Writes chats as ChatML: {@code <|im_start|>role\ncontent<|im_end|>\n} for each turn, and {@code
 * <|im_start|>assistant\n} to open an answer. No system message is added.
 *
 * <p>The ids of a chat start with the ids of every shorter one, a prompt with its opened answer
 * included: an assistant's header and content are encoded apart, as they are when the content is
 * sampled.
 */
public final class ChatMlRenderer implements ChatRenderer {

  private static final String FORMAT = "ChatML";
  private static final String START = "<|im_start|>";
  private static final String END = "<|im_end|>";

  private final Tokenizer tokenizer;
  private final int startId;
  private final int endId;
  private final int[] newline;
  private final int[] assistantHeader;

  /**
   * A renderer over a tokenizer.
   *
   * @throws TokenizerException if the vocabulary lacks {@code <|im_start|>} or {@code <|im_end|>}
   */
  public ChatMlRenderer(HfTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.startId = tokenizer.requireSpecial(START, FORMAT);
    this.endId = tokenizer.requireSpecial(END, FORMAT);
    this.newline = tokenizer.encode("\n");
    this.assistantHeader = tokenizer.encode(Role.ASSISTANT.wireName() + "\n");
  }

  @Override
  public int[] render(List<Message> messages, boolean addGenerationPrompt) {
    Ids ids = new Ids();
    for (Message message : messages) {
      ids.add(startId);
      if (message.role() == Role.ASSISTANT) {
        ids.add(assistantHeader);
        ids.add(tokenizer.encode(message.content()));
      } else {
        ids.add(tokenizer.encode(message.role().wireName() + "\n" + message.content()));
      }
      ids.add(endId);
      ids.add(newline);
    }
    if (addGenerationPrompt) {
      ids.add(startId);
      ids.add(assistantHeader);
    }
    return ids.toArray();
  }

  @Override
  public int endOfTurnId() {
    return endId;
  }

  /** A growing list of ids. */
  private static final class Ids {
    private int[] values = new int[256];
    private int count;

    void add(int... more) {
      if (count + more.length > values.length) {
        values = Arrays.copyOf(values, Math.max(2 * values.length, count + more.length));
      }
      System.arraycopy(more, 0, values, count, more.length);
      count += more.length;
    }

    int[] toArray() {
      return Arrays.copyOf(values, count);
    }
  }
}
