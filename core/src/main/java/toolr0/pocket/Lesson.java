package toolr0.pocket;

import java.util.List;
import toolr0.chat.Message;

/**
 * One training example of the base model.
 *
 * @param messages the chat up to the assistant's turn
 * @param answer the assistant's turn; the loss is on it alone
 */
public record Lesson(Kind kind, List<Message> messages, String answer) {
  public Lesson {
    messages = List.copyOf(messages);
  }

  /** What a lesson teaches. */
  public enum Kind {
    /** Plain repetition of random words. */
    COPY,
    /** The Solver's role. */
    SOLVER,
    /** The Generator's role. */
    GENERATOR,
    /** The judge's role. */
    JUDGE
  }
}
