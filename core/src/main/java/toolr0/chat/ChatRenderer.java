package toolr0.chat;

import java.util.List;

/** Writes a chat as the token ids that a model family was trained on. */
public interface ChatRenderer {

  /**
   * The ids of a chat.
   *
   * @param messages the turns, in order; user text is never interpreted
   * @param addGenerationPrompt whether to open an assistant's turn at the end, for the model to
   *     complete
   */
  int[] render(List<Message> messages, boolean addGenerationPrompt);
}
