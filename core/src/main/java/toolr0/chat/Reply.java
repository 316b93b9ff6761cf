package toolr0.chat;

import java.util.OptionalInt;

/** What became of a chat that a model was asked. */
public sealed interface Reply {

  /**
   * The model answered.
   *
   * @param text without special tokens; empty when the model said nothing
   * @param tokens length of the answer, empty when the model does not tell
   */
  record Answered(String text, OptionalInt tokens) implements Reply {}

  /**
   * The chat does not fit the model's context, so it was not answered.
   *
   * @param reason how long it is and how long it may be
   */
  record TooLong(String reason) implements Reply {}

  /**
   * There is no answer, and the model is not to blame for it.
   *
   * @param reason what failed
   */
  record Failed(String reason) implements Reply {}
}
