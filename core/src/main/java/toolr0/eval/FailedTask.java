package toolr0.eval;

import java.util.List;
import toolr0.chat.Message;

/**
 * A task that got no answer through no fault of the model's. It is in no figure.
 *
 * @param messages what the model was asked
 * @param reason what failed
 */
public record FailedTask(BenchmarkTask task, List<Message> messages, String reason) {
  public FailedTask {
    messages = List.copyOf(messages);
  }
}
