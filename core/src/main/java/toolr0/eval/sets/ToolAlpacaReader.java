package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.eval.RecordFile;
import toolr0.task.Task;
import toolr0.tool.CallMatcher;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * ToolAlpaca's test sets with simulated and with real APIs: an instruction and the calls that carry
 * it out. Categories are the files; an id is file, API and instruction, counted from 1. The tools
 * are those of {@link ToolAlpacaTools}. As in the authors' runs an API's access key stands behind
 * the instruction; where the published file hides it, it is taken from the API's gold calls.
 *
 * <p>The authors let GPT-4 judge whole dialogues, so there is no figure beside exact match. A gold
 * call that is marked as optional may be made or left out.
 */
public final class ToolAlpacaReader implements BenchmarkReader {
  /** Code of every answer to a task whose gold arguments cannot be read. */
  public static final String GOLD_UNREADABLE = "gold_unreadable";

  private static final List<String> FILES = List.of("eval_simulated", "eval_real");

  @Override
  public String name() {
    return "toolalpaca";
  }

  @Override
  public Benchmark read(Path folder) {
    TaskCollector tasks = new TaskCollector(folder);
    for (String split : FILES) {
      Path file = folder.resolve(split + ".json");
      int number = 0;
      for (RecordFile.Entry entry : RecordFile.list(file)) {
        number++;
        try {
          api(file, entry, split, number, tasks);
        } catch (BadRecord e) {
          tasks.unreadable(file, entry.where(), e.reason());
        }
      }
    }
    return tasks.benchmark(name());
  }

  private static void api(
      Path file, RecordFile.Entry entry, String split, int number, TaskCollector tasks)
      throws BadRecord {
    ObjectNode api = Fields.object(entry.value(), "the API");
    ArrayNode instructions = Fields.list(api, "Instructions");
    ArrayNode answers = Fields.list(api, "Golden_Answers");
    int records = Math.max(instructions.size(), answers.size());
    List<ToolSpec> tools;
    try {
      tools = ToolAlpacaTools.of(api);
    } catch (BadRecord e) {
      for (int i = 0; i < records; i++) {
        tasks.unreadable(file, place(entry, i), e.reason());
      }
      return;
    }
    String authentication = authentication(api);
    for (int i = 0; i < records; i++) {
      JsonNode instruction = instructions.path(i);
      JsonNode answer = answers.path(i);
      String id = "%s-%d-%d".formatted(split, number, i + 1);
      tasks.add(
          file,
          place(entry, i),
          () -> {
            String question = question(instruction) + authentication;
            return List.of(task(id, split, question, tools, ToolAlpacaGold.read(answer)));
          });
    }
  }

  private static String place(RecordFile.Entry api, int instruction) {
    return "%s, instruction %d".formatted(api.where(), instruction + 1);
  }

  private static String question(JsonNode instruction) throws BadRecord {
    if (!instruction.isString() || instruction.stringValue().isBlank()) {
      throw new BadRecord("there is no instruction for its golden answer");
    }
    return instruction.stringValue();
  }

  private static BenchmarkTask task(
      String id, String split, String question, List<ToolSpec> tools, ToolAlpacaGold gold) {
    Task task = new Task(question, tools, gold.wanted());
    BenchmarkTask read = new BenchmarkTask(id, split, task, grader(task, gold));
    return gold.unanswerable().map(read::unanswerable).orElse(read);
  }

  private static Grader grader(Task task, ToolAlpacaGold gold) {
    if (!gold.isComplete()) {
      return answer -> Grades.of(false, false, GOLD_UNREADABLE);
    }
    List<List<ToolCall>> right = gold.alternatives();
    return Grader.byCalls(
        calls ->
            Grades.of(
                right.stream().anyMatch(g -> CallMatcher.published(calls, g)),
                right.stream().anyMatch(g -> CallMatcher.equivalent(calls, g, task.tools())),
                Grader.MISMATCH));
  }

  /** What the authors' runs put behind each instruction of an API that needs an access key. */
  private static String authentication(ObjectNode api) {
    if (!(api.get("Authentication") instanceof ObjectNode stated)) {
      return "";
    }
    StringJoiner keys = new StringJoiner(" ", "\nAuthentication information: ", "");
    keys.setEmptyValue("");
    Map<String, String> ofGold = ofGold(api);
    for (Map.Entry<String, JsonNode> key : stated.properties()) {
      String published = key.getValue().asString("");
      String value = isHidden(published) ? ofGold.get(key.getKey()) : published;
      if (value != null) {
        keys.add(key.getKey() + "=" + value);
      }
    }
    return keys.toString();
  }

  private static boolean isHidden(String key) {
    return key.chars().allMatch(c -> c == '*');
  }

  /** The first value that the gold calls give each argument, where it is a text that is known. */
  private static Map<String, String> ofGold(ObjectNode api) {
    Map<String, String> values = new HashMap<>();
    for (JsonNode answer : api.path("Golden_Answers").values()) {
      for (JsonNode call : answer.values()) {
        ToolAlpacaGold.arguments(call.path("Action_Input"))
            .orElseGet(Json::object)
            .properties()
            .forEach(
                argument -> {
                  String text = argument.getValue().asString("");
                  if (!text.isBlank() && !ToolAlpacaGold.isPlaceholder(text)) {
                    values.putIfAbsent(argument.getKey(), text);
                  }
                });
      }
    }
    return values;
  }
}
