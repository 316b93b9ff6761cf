package toolr0.eval.sets;

import java.util.List;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.tool.CallWriter;
import toolr0.tool.ToolCall;
import tools.jackson.databind.JsonNode;

/**
 * A conversation as one question: what is known, the turns so far with their calls and results, and
 * what is wanted now.
 */
final class Dialogue {
  private final StringBuilder text = new StringBuilder();

  /**
   * @param opening what is known before the conversation
   */
  Dialogue(String opening) {
    text.append(opening).append('\n');
  }

  void user(String said) {
    turn("User", said);
  }

  void assistant(String said) {
    turn("Assistant", said);
  }

  /**
   * A call that the assistant made, in the form in which answers state calls, and what it gave: a
   * text stands as it is, anything else as JSON.
   *
   * @param failure what it failed with instead
   */
  void call(ToolCall call, JsonNode result, Optional<String> failure) {
    turn("Call", CallWriter.write(List.of(call)));
    if (failure.isPresent()) {
      turn("Error", failure.get());
    } else {
      turn("Result", result.isString() ? result.stringValue() : Json.compact(result));
    }
  }

  /** The question: everything so far and what is wanted. */
  String asking(String request) {
    return text + "\n\n" + request;
  }

  /** One turn of any kind. */
  void turn(String kind, String content) {
    text.append('\n').append(kind).append(": ").append(content);
  }
}
