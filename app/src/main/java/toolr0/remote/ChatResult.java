package toolr0.remote;

import java.util.List;
import java.util.OptionalInt;
import toolr0.policy.Answer;

/** What a request got. */
sealed interface ChatResult {

  /**
   * Answers, at least one, in the server's order.
   *
   * @param tokens of all answers together, empty when the server does not tell
   */
  record Answered(List<Answer> answers, OptionalInt tokens) implements ChatResult {
    public Answered {
      answers = List.copyOf(answers);
    }
  }

  /**
   * The chat does not fit the context.
   *
   * @param reason what the server says
   */
  record TooLong(String reason) implements ChatResult {}
}
