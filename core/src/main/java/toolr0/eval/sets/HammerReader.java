package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grader;
import toolr0.eval.RecordFile;
import toolr0.task.Task;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hammer's form of API-Bank (levels 1 and 2), Seal-Tools and ToolAlpaca: one step of tool calling a
 * record. Categories are the files; ids are file and place in it, counted from 1.
 *
 * <p>Beside exact match it gives the corpus-level figures of Hammer's evaluation: {@code function}
 * over names and {@code argument} over (key, {@code str(value)}) pairs.
 */
public final class HammerReader implements BenchmarkReader {
  private static final List<String> FILES =
      List.of("apibank_l1", "apibank_l2", "sealtool", "toolalpaca");

  /** How API-Bank's last message asks for the call. */
  private static final String CUE = "Generate API Request:";

  /** What API-Bank's calls stand between. */
  private static final String FENCE = "```";

  /** ToolAlpaca's note on the tools' results, which stands among the tools. */
  private static final String NOTE = "components";

  @Override
  public String name() {
    return "hammer";
  }

  @Override
  public Benchmark read(Path folder) {
    TaskCollector tasks = new TaskCollector(folder);
    for (String split : FILES) {
      Path file = folder.resolve(split + ".json");
      int number = 0;
      for (RecordFile.Entry entry : RecordFile.list(file)) {
        String id = split + "-" + ++number;
        tasks.add(file, entry.where(), () -> List.of(task(id, split, entry.value())));
      }
    }
    return tasks.benchmark(name());
  }

  private static BenchmarkTask task(String id, String split, JsonNode value) throws BadRecord {
    ObjectNode stated = Fields.object(value, "the record");
    List<ToolCall> gold = gold(stated);
    Task task = new Task(question(stated), tools(stated, gold), gold);
    return new BenchmarkTask(id, split, task, grader(task));
  }

  private static String question(ObjectNode stated) throws BadRecord {
    return stated.path("query") instanceof ArrayNode messages
        ? dialogue(messages)
        : Fields.text(stated, "query");
  }

  /** A dialogue of API-Bank, whose own prompts say which year it is. */
  private static String dialogue(ArrayNode messages) throws BadRecord {
    if (messages.isEmpty()) {
      throw new BadRecord("the dialogue is empty");
    }
    Dialogue dialogue = new Dialogue("The current year is 2023.");
    for (JsonNode element : messages.values()) {
      ObjectNode message = Fields.object(element, "a message");
      String role = Fields.text(message, "role");
      String content = Text.strip(without("", Fields.anyText(message, "content"), CUE));
      switch (role) {
        case "user" -> dialogue.user(content);
        case "agent" -> dialogue.assistant(content);
        case "assistant" ->
            dialogue.turn("Assistant calls", Text.strip(without(FENCE, content, FENCE)));
        case "tool" -> dialogue.turn("Result", content);
        default ->
            throw new BadRecord("the role is \"" + role + "\", not user, agent, assistant or tool");
      }
    }
    return dialogue.asking("Make the call that comes next in this conversation.");
  }

  /** A text without what it begins and ends with, or as it is when it does not. */
  private static String without(String start, String text, String end) {
    String stripped = Text.strip(text);
    return stripped.length() >= start.length() + end.length()
            && stripped.startsWith(start)
            && stripped.endsWith(end)
        ? stripped.substring(start.length(), stripped.length() - end.length())
        : stripped;
  }

  private static List<ToolCall> gold(ObjectNode stated) throws BadRecord {
    List<ToolCall> gold = new ArrayList<>();
    for (JsonNode answer : Fields.list(stated, "answers").values()) {
      ObjectNode call = Fields.object(answer, "a gold call");
      gold.add(
          new ToolCall(
              Fields.text(call, call.has("name") ? "name" : "tool"),
              Fields.object(call, call.has("arguments") ? "arguments" : "parameters")));
    }
    return gold;
  }

  private static List<ToolSpec> tools(ObjectNode stated, List<ToolCall> gold) throws BadRecord {
    List<ToolSpec> tools = new ArrayList<>();
    for (JsonNode element : Fields.list(stated, "tools").values()) {
      ObjectNode tool = Fields.object(element, "a tool");
      ToolSpec spec =
          new ToolSpec(
              Fields.text(tool, "name"),
              Fields.optionalText(tool, "description").orElse(""),
              StatedTools.parameters(
                  tool.has("parameters") ? Fields.object(tool, "parameters") : Json.object(),
                  StatedTools.names(tool.path("required"))));
      if (!isNote(spec, gold)) {
        tools.add(spec);
      }
    }
    return StatedTools.menu(tools);
  }

  private static boolean isNote(ToolSpec tool, List<ToolCall> gold) {
    return tool.name().equals(NOTE)
        && tool.parameters().isEmpty()
        && gold.stream().noneMatch(call -> call.name().equals(NOTE));
  }

  private static Grader grader(Task task) {
    Grader published = Grader.published(task);
    return answer -> {
      CorpusOverlaps counts = CorpusOverlaps.hammer(answer, task.gold());
      return published
          .grade(answer)
          .with("function", counts.calls())
          .with("argument", counts.arguments());
    };
  }
}
