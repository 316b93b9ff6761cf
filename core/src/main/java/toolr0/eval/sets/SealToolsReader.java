package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.Grader;
import toolr0.eval.Grades;
import toolr0.eval.RecordFile;
import toolr0.eval.UnreadableRecord;
import toolr0.task.Task;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Seal-Tools' test sets, in and out of domain, with the five tools that each record offers. The
 * question says how a call may use an earlier call's result, and the tools say what results they
 * give, as the authors' prompts do. Categories are the files; ids are the published ones.
 *
 * <p>Beside exact match it gives the authors' corpus-level figures, {@code api} over names and
 * {@code parameter} over (key, {@code str(value)}) pairs, and exact match over the records of one
 * call ({@code easy}) and of several ({@code difficult}).
 */
public final class SealToolsReader implements BenchmarkReader {
  private static final List<String> SPLITS = List.of("in_domain", "out_domain");
  private static final Pattern RESULT = Pattern.compile("API_call_[0-9]{1,9}");
  private static final String RESULTS_EXPLAINED =
      "The results of all calls are numbered through in the order of the calls, from API_call_0"
          + " on; each tool says how many it gives. A result's name may stand as the value of an"
          + " argument of a later call.";

  @Override
  public String name() {
    return "sealtools";
  }

  @Override
  public Benchmark read(Path folder) {
    Map<String, ObjectNode> pool = byText(folder.resolve("tool.jsonl"), "api_name");
    TaskCollector tasks = new TaskCollector(folder);
    for (String split : SPLITS) {
      Map<String, ObjectNode> candidates =
          byText(folder.resolve("candidates_" + split + ".jsonl"), "id");
      String category = "test_" + split;
      Path file = folder.resolve(category + ".jsonl");
      for (RecordFile.Entry entry : tasks.lines(file)) {
        tasks.add(
            file,
            Fields.idOrPlace(entry, "id"),
            () -> List.of(task(category, entry.value(), candidates, pool)));
      }
    }
    return tasks.benchmark(name());
  }

  /** The objects of a file that the records refer to, by one of their texts. */
  private static Map<String, ObjectNode> byText(Path file, String key) {
    List<UnreadableRecord> broken = new ArrayList<>();
    Map<String, ObjectNode> byText = new HashMap<>();
    for (RecordFile.Entry entry : RecordFile.lines(file, broken)) {
      try {
        ObjectNode object = Fields.object(entry.value(), "the record");
        byText.putIfAbsent(Fields.text(object, key), object);
      } catch (BadRecord e) {
        throw e.at(entry.where()).in(file);
      }
    }
    if (!broken.isEmpty()) {
      UnreadableRecord first = broken.getFirst();
      throw new BadRecord(first.reason()).at(first.record()).in(file);
    }
    return byText;
  }

  private static BenchmarkTask task(
      String category,
      JsonNode value,
      Map<String, ObjectNode> candidates,
      Map<String, ObjectNode> pool)
      throws BadRecord {
    ObjectNode stated = Fields.object(value, "the record");
    String id = Fields.text(stated, "id");
    String question = Fields.text(stated, "query") + "\n\n" + RESULTS_EXPLAINED;
    List<ToolSpec> tools = tools(id, candidates, pool);
    List<ToolCall> gold = new ArrayList<>();
    Optional<String> dangling = gold(stated, gold);
    Task task = new Task(question, tools, gold);
    BenchmarkTask read = new BenchmarkTask(id, category, task, grader(task));
    return dangling.map(read::unanswerable).orElse(read);
  }

  private static List<ToolSpec> tools(
      String id, Map<String, ObjectNode> candidates, Map<String, ObjectNode> pool)
      throws BadRecord {
    ObjectNode offered = candidates.get(id);
    if (offered == null) {
      throw new BadRecord("the file of candidates does not say which tools it offers");
    }
    List<ToolSpec> tools = new ArrayList<>();
    for (JsonNode name : Fields.list(offered, "candidates").values()) {
      ObjectNode tool = pool.get(name.isString() ? name.stringValue() : "");
      if (tool == null) {
        throw new BadRecord("it offers " + name + ", which tool.jsonl does not hold");
      }
      tools.add(
          new ToolSpec(
              Fields.text(tool, "api_name"),
              description(tool),
              StatedTools.parameters(
                  Fields.object(tool, "parameters"), StatedTools.names(tool.path("required")))));
    }
    return StatedTools.menu(tools);
  }

  /** What the tool does and which results it gives, in their order. */
  private static String description(ObjectNode tool) {
    String does = Fields.optionalText(tool, "api_description").orElse("");
    if (!(tool.get("responses") instanceof ObjectNode responses) || responses.isEmpty()) {
      return does;
    }
    StringJoiner results = new StringJoiner("; ", "Results: ", ".");
    for (Map.Entry<String, JsonNode> response : responses.properties()) {
      String type = response.getValue().path("type").asString("");
      String meaning = response.getValue().path("description").asString("");
      results.add(
          response.getKey()
              + (type.isEmpty() ? "" : " (" + type + ")")
              + (meaning.isEmpty() ? "" : ": " + meaning));
    }
    return (does + (does.isEmpty() || does.endsWith(".") ? " " : ". ") + results).strip();
  }

  /** Reads the gold calls; the result says which of them uses a result that no call gives. */
  private static Optional<String> gold(ObjectNode stated, List<ToolCall> gold) throws BadRecord {
    Optional<String> dangling = Optional.empty();
    Set<String> results = new HashSet<>();
    for (JsonNode element : Fields.list(stated, "calling").values()) {
      ObjectNode call = Fields.object(element, "a gold call");
      ObjectNode arguments = Fields.object(call, "parameters");
      gold.add(new ToolCall(Fields.text(call, "api"), arguments));
      for (JsonNode argument : arguments.values()) {
        if (dangling.isEmpty() && argument.isString() && isUnknown(argument, results)) {
          dangling =
              Optional.of(
                  "the gold uses " + argument.stringValue() + ", which no earlier call gives");
        }
      }
      results.addAll(StatedTools.names(call.path("responses")));
    }
    return dangling;
  }

  private static boolean isUnknown(JsonNode argument, Set<String> results) {
    String text = argument.stringValue();
    return RESULT.matcher(text).matches() && !results.contains(text);
  }

  private static Grader grader(Task task) {
    Grader published = Grader.published(task);
    String difficulty = task.gold().size() == 1 ? "easy" : "difficult";
    return answer -> {
      CorpusOverlaps counts = CorpusOverlaps.sealTools(answer, task.gold());
      Grades grades = published.grade(answer);
      return grades
          .with("api", counts.calls())
          .with("parameter", counts.arguments())
          .with(difficulty, grades.strict());
    };
  }
}
