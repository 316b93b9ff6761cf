package toolr0.policy;

import java.util.List;
import toolr0.chat.Message;

/**
 * What a policy is asked.
 *
 * @param id names the prompt in records and messages; unique within one request
 * @param messages the chat, for people and remote servers
 * @param tokenIds the chat as rendered for the local model, generation prompt included; never
 *     modified
 */
public record Prompt(String id, List<Message> messages, int[] tokenIds) {
  public Prompt {
    messages = List.copyOf(messages);
  }
}
