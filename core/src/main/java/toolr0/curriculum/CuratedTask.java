package toolr0.curriculum;

import java.nio.file.Path;
import java.util.List;
import toolr0.base.Json;
import toolr0.run.JsonLines;
import toolr0.run.RunException;
import toolr0.task.Task;
import toolr0.tool.CallParser;
import toolr0.tool.CallWriter;
import toolr0.tool.ParsedCalls;
import toolr0.tool.ParsedMenu;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolMenus;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * A task of the dataset.
 *
 * @param index of the candidate that it was, from 0
 * @param domain that was asked for
 * @param successes Solver answers equal to gold
 * @param samples Solver answers asked for
 */
public record CuratedTask(
    int index, String domain, Task task, int successes, int samples, Difficulty difficulty) {

  /** The share of right answers. */
  public double successRate() {
    return (double) successes / samples;
  }

  /** One line of {@code tasks.jsonl}. */
  public ObjectNode toJson() {
    ObjectNode node = Json.object();
    node.put("index", index);
    node.put("domain", domain);
    node.put("difficulty", difficulty.wireName());
    node.put("successes", successes);
    node.put("samples", samples);
    node.put("question", task.question());
    node.set("tools", ToolMenus.toJson(task.tools()));
    node.set("gold", CallWriter.toJson(task.gold()));
    return node;
  }

  /**
   * The tasks of a file that {@link #toJson} wrote.
   *
   * @throws RunException naming the line that holds no task
   */
  public static List<CuratedTask> read(Path file) {
    List<ObjectNode> lines = JsonLines.read(file);
    return java.util.stream.IntStream.range(0, lines.size())
        .mapToObj(i -> fromJson(lines.get(i), file + " line " + (i + 1)))
        .toList();
  }

  private static CuratedTask fromJson(ObjectNode node, String where) {
    if (!(ToolMenus.read(node.path("tools")) instanceof ParsedMenu.Menu(List<ToolSpec> tools))
        || !(CallParser.parse(Json.compact(node.path("gold")))
            instanceof ParsedCalls.Calls(List<ToolCall> gold, int _))
        || !node.path("question").isString()) {
      throw new RunException(
          RunException.Kind.DATA,
          where + " holds no task; delete the iteration's folder and start a new run");
    }
    return new CuratedTask(
        node.required("index").asInt(),
        node.required("domain").asString(),
        new Task(node.required("question").asString(), tools, gold),
        node.required("successes").asInt(),
        node.required("samples").asInt(),
        Difficulty.ofWireName(node.required("difficulty").asString()));
  }
}
