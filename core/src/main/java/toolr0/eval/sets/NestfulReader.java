package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.task.Task;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Reads NESTFUL (Basu et al. 2024): sequences of calls in which arguments refer to outputs of
 * earlier calls, v1 (three parts, each with one list of tools) and v2 (tools with every record).
 *
 * <p>An answer is a list of calls without labels, so the result of the n-th call is {@code $varn},
 * and an argument refers to its output as the text {@code "$varn.OUTPUT$"}. The question says so,
 * and each tool's description lists its outputs, with inner ones after a dot. The published labels
 * ("var1", "$var1", "$var_1") are turned into these, in gold's references too: {@link
 * NestfulReferences}. v1's last element, the pseudo-call {@code var_result} that names the results
 * that are shown, is not part of gold: it is no tool, and its keys stand nowhere in the question.
 *
 * <p>Where a list defines a tool twice, the first definition that has all parameters that gold
 * gives the tool is offered, otherwise the first. Parameters without a type are text in v1, whose
 * values for them all are, and may be anything in v2. Own scores: {@link NestfulGrader}.
 */
public final class NestfulReader implements BenchmarkReader {
  private static final String RESULT = "var_result";
  private static final int MOST_OUTPUTS = 500;
  private static final int LONGEST_OUTPUT = 500;
  private static final List<String> PARAMETERS =
      List.of("parameters", "arguments", "query_parameters", "path_parameters");

  private static final String REFERENCES =
      """


      The calls are carried out in the order of the list. The result of the first call is $var1, \
      that of the second call $var2, and so on. To use an output of an earlier call as an argument, \
      give the text "$varN.OUTPUT$" with the number N of that call and the name OUTPUT that the \
      tool's description lists.""";

  @Override
  public String name() {
    return "nestful";
  }

  @Override
  public Benchmark read(Path folder) {
    TaskCollector tasks = new TaskCollector(folder);
    Path v1 = folder.resolve("data_v1");
    v1("executable", v1.resolve("executable"), "executable", tasks);
    v1("glaive", v1.resolve("non-executable"), "non-executable-glaive", tasks);
    v1("sgd", v1.resolve("non-executable"), "non-executable-sgd", tasks);
    for (Path file : RecordFile.in(folder.resolve("data_v2"), ".jsonl")) {
      for (RecordFile.Entry entry : tasks.lines(file)) {
        tasks.add(file, Fields.idOrPlace(entry, "sample_id"), () -> List.of(v2(entry.value())));
      }
    }
    return tasks.benchmark(name());
  }

  private static void v1(String part, Path folder, String prefix, TaskCollector tasks) {
    Definitions tools = specification(folder.resolve(prefix + "-spec.json"));
    Path data = folder.resolve(prefix + "-data.json");
    int number = 0;
    for (RecordFile.Entry entry : RecordFile.list(data)) {
      String id = part + "/" + ++number;
      tasks.add(
          data, entry.where(), () -> List.of(task("v1_" + part, id, record(entry.value()), tools)));
    }
  }

  private static Definitions specification(Path file) {
    Definitions definitions = new Definitions();
    for (RecordFile.Entry entry : RecordFile.list(file)) {
      try {
        definitions.add(entry.value(), "string");
      } catch (BadRecord e) {
        throw e.at(entry.where()).in(file);
      }
    }
    return definitions;
  }

  private static BenchmarkTask v2(JsonNode value) throws BadRecord {
    ObjectNode record = record(value);
    Definitions definitions = new Definitions();
    for (JsonNode tool : Fields.listOrText(record, "tools").values()) {
      definitions.add(tool, StatedTools.ANY);
    }
    return task("v2", Fields.text(record, "sample_id"), record, definitions);
  }

  private static ObjectNode record(JsonNode value) throws BadRecord {
    return Fields.object(value, "the record");
  }

  private static BenchmarkTask task(
      String category, String id, ObjectNode object, Definitions tools) throws BadRecord {
    NestfulReferences references = new NestfulReferences();
    List<ToolCall> gold = new ArrayList<>();
    for (JsonNode element : Fields.listOrText(object, "output").values()) {
      ObjectNode call = Fields.object(element, "a gold call");
      String name = Fields.text(call, "name");
      if (!name.equals(RESULT)) {
        ObjectNode arguments =
            references.next(
                Fields.optionalText(call, "label"),
                tools.outputs(name),
                Fields.object(call, "arguments"));
        gold.add(new ToolCall(name, arguments));
      }
    }
    String question = Fields.text(object, "input") + REFERENCES;
    Task task = new Task(question, tools.menu(gold), gold);
    BenchmarkTask read = new BenchmarkTask(id, category, task, new NestfulGrader(task));
    return references.fault().map(read::unanswerable).orElse(read);
  }

  /** The definitions of tools. */
  private static final class Definitions {
    private final Map<String, List<ToolSpec>> byName = new LinkedHashMap<>();
    private final Map<String, Set<String>> outputs = new HashMap<>();

    /**
     * Adds a definition.
     *
     * @param typeUnlessStated the type of the parameters that state none
     */
    void add(JsonNode stated, String typeUnlessStated) throws BadRecord {
      ObjectNode tool = Fields.object(stated, "a tool");
      String name = Fields.text(tool, "name");
      ObjectNode parameters = Json.object();
      for (String key : PARAMETERS) {
        if (tool.get(key) instanceof ObjectNode some) {
          parameters.setAll(some.deepCopy());
        }
      }
      for (JsonNode schema : parameters.values()) {
        if (schema instanceof ObjectNode object) {
          object.putIfAbsent("type", StringNode.valueOf(typeUnlessStated));
        }
      }
      ObjectNode given =
          tool.get("output_parameters") instanceof ObjectNode some ? some : Json.object();
      outputs.computeIfAbsent(name, _ -> new HashSet<>()).addAll(given.propertyNames());
      String description = description(Fields.optionalText(tool, "description").orElse(""), given);
      byName
          .computeIfAbsent(name, _ -> new ArrayList<>())
          .add(new ToolSpec(name, description, StatedTools.parameters(parameters)));
    }

    /** The names of the outputs that a tool is known to have. */
    Set<String> outputs(String tool) {
      return outputs.getOrDefault(tool, Set.of());
    }

    /** One definition of each tool: the first that takes gold's arguments, or the first. */
    List<ToolSpec> menu(List<ToolCall> gold) {
      return byName.values().stream()
          .map(
              definitions ->
                  definitions.stream()
                      .filter(definition -> takes(definition, gold))
                      .findFirst()
                      .orElse(definitions.getFirst()))
          .toList();
    }

    private static boolean takes(ToolSpec definition, List<ToolCall> gold) {
      return gold.stream()
          .filter(call -> call.name().equals(definition.name()))
          .flatMap(call -> call.arguments().propertyNames().stream())
          .allMatch(argument -> definition.parameter(argument).isPresent());
    }
  }

  /** A tool's description with its outputs. */
  private static String description(String published, ObjectNode stated) {
    List<String> outputs = new ArrayList<>();
    outputs("", stated, outputs);
    if (outputs.isEmpty()) {
      return published;
    }
    String sentence = published.isEmpty() || published.endsWith(".") ? published : published + ".";
    return (sentence + " Outputs: " + String.join(", ", outputs) + ".").strip();
  }

  /**
   * Adds the outputs' names with their types; those of inner objects, and of lists' items, too.
   * What has more or longer names than any real tool is cut.
   */
  private static void outputs(String prefix, ObjectNode stated, List<String> outputs) {
    for (Map.Entry<String, JsonNode> entry : stated.properties()) {
      if (outputs.size() == MOST_OUTPUTS) {
        return;
      }
      JsonNode schema = entry.getValue();
      String name = Text.shorten(prefix + entry.getKey(), LONGEST_OUTPUT);
      JsonNode inner =
          schema.path("properties") instanceof ObjectNode properties
              ? properties
              : schema.path("items").path("properties");
      if (inner instanceof ObjectNode object && !object.isEmpty()) {
        outputs(name + ".", object, outputs);
      } else {
        boolean isTyped = schema.has("type");
        outputs.add(name + (isTyped ? " (" + StatedTools.type(schema) + ")" : ""));
      }
    }
  }
}
