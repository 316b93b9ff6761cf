package toolr0.task;

import java.util.List;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;

/**
 * A verifiable tool-calling task.
 *
 * @param question what the user says; a multi-turn task holds the short conversation in it
 * @param tools the menu
 * @param gold the calls that answer it, empty when no tool fits
 */
public record Task(String question, List<ToolSpec> tools, List<ToolCall> gold) {
  public Task {
    tools = List.copyOf(tools);
    gold = List.copyOf(gold);
  }
}
