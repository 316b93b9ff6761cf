package toolr0.chat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** A model that is asked in messages and answers in text, wherever it runs. */
public interface ChatModel {

  /**
   * Asks every chat, greedily; the result has their order.
   *
   * @param maxCompletionLength most new tokens of an answer, at least 1; where the context ends
   *     before, it ends the answer
   * @throws CancellationException when the model was told to stop meanwhile
   */
  List<Reply> answer(List<Chat> chats, int maxCompletionLength);

  /** Why the model gives no more answers from now on; empty while it does. */
  default Optional<String> outage() {
    return Optional.empty();
  }

  /**
   * How the model was asked otherwise than it should have been, for people and results; empty while
   * it was not. Once there is a remark it stays.
   */
  default Optional<String> remark() {
    return Optional.empty();
  }
}
