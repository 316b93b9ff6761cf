package toolr0.tool;

import java.util.List;
import java.util.Optional;

/** What a text that should hold tool calls holds. */
public sealed interface ParsedCalls {

  /**
   * Calls, in the order written; an empty list says that no tool fits.
   *
   * @param ignored list elements that are not calls and were left out
   */
  record Calls(List<ToolCall> calls, int ignored) implements ParsedCalls {
    public Calls {
      calls = List.copyOf(calls);
    }
  }

  /**
   * A text from which no call list can be read.
   *
   * @param parsed whether the text is at least a literal value other than null
   * @param reason what is wrong, for people
   */
  record Unusable(boolean parsed, String reason) implements ParsedCalls {}

  /** The calls of a text that could be read whole. */
  default Optional<List<ToolCall>> whole() {
    return this instanceof Calls(List<ToolCall> calls, int ignored) && ignored == 0
        ? Optional.of(calls)
        : Optional.empty();
  }
}
