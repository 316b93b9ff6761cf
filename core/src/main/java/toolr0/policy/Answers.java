package toolr0.policy;

import java.util.List;

/** What became of a question. */
public sealed interface Answers {

  /**
   * The model gave every answer that was asked for.
   *
   * @param answersG in the order of their seeds
   */
  record Given(List<Answer> answersG) implements Answers {
    public Given {
      answersG = List.copyOf(answersG);
    }
  }

  /**
   * The chat does not fit the model's context, so it was not answered.
   *
   * @param reason how long it is and how long it may be
   */
  record TooLong(String reason) implements Answers {}

  /**
   * At least one of the answers could not be had, and the model's words are not to blame for it.
   *
   * @param cause what failed
   */
  record Failed(String cause) implements Answers {}
}
