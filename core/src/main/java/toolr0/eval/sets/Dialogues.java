package toolr0.eval.sets;

import java.util.List;
import toolr0.base.Json;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * Writes a conversation as one question: what is known, the turns so far with their calls and
 * results, and what is wanted now.
 */
final class Dialogues {
  private final StringBuilder text = new StringBuilder();

  /**
   * @param opening what is known before the conversation
   */
  Dialogues(String opening) {
    text.append(opening).append('\n');
  }

  void user(String said) {
    line("User: " + said);
  }

  void assistant(String said) {
    line("Assistant: " + said);
  }

  /** A call that the assistant made, in the form in which answers state calls. */
  void call(ToolCall call) {
    line("Call: " + CallWriter.write(List.of(call)));
  }

  /** What a call gave; a text stands as it is, anything else as JSON. */
  void result(JsonNode result) {
    line("Result: " + (result.isString() ? result.stringValue() : Json.compact(result)));
  }

  /** What a call failed with. */
  void failure(String message) {
    line("Error: " + message);
  }

  /** The question: everything so far and what is wanted. */
  String asking(String request) {
    return text + "\n\n" + request;
  }

  private void line(String line) {
    text.append('\n').append(line);
  }
}
