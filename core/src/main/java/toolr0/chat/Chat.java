package toolr0.chat;

import java.util.List;

/**
 * What a model is asked.
 *
 * @param id names the chat in records and messages; unique within one request
 * @param messages the turns, in order, for the model to go on from
 */
public record Chat(String id, List<Message> messages) {
  public Chat {
    messages = List.copyOf(messages);
  }
}
