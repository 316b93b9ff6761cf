package toolr0.eval;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import toolr0.chat.Message;
import toolr0.tool.ParsedCalls;

/**
 * What became of one task.
 *
 * @param messages what the model was asked
 * @param tooLong why the prompt does not fit the context, as the model or its endpoint says; empty
 *     when it fits; a task whose prompt does not fit is not answered, and wrong
 * @param answer the completion as text, empty when there is none
 * @param tokens length of the answer, empty when the model does not tell
 * @param calls what could be read from the answer
 * @param rightTools whether the answer calls the gold tools, equally often, whatever the arguments
 * @param grades what the answer is worth
 */
public record Verdict(
    BenchmarkTask task,
    List<Message> messages,
    Optional<String> tooLong,
    String answer,
    OptionalInt tokens,
    ParsedCalls calls,
    boolean rightTools,
    Grades grades) {
  public Verdict {
    messages = List.copyOf(messages);
  }

  public String id() {
    return task.id();
  }

  public String category() {
    return task.category();
  }

  /** Whether the prompt fits the context. */
  public boolean fits() {
    return tooLong.isEmpty();
  }

  public boolean noTool() {
    return task.noTool();
  }

  /** Whether calls, or the statement that there are none, could be read from the answer. */
  public boolean parsed() {
    return calls instanceof ParsedCalls.Calls;
  }

  /** Whether the answer says that no tool fits. */
  public boolean refused() {
    return calls instanceof ParsedCalls.Calls read && read.calls().isEmpty();
  }

  /** Whether the answer is right as the benchmark's headline figure counts. */
  public boolean correct() {
    return grades.strict();
  }
}
