package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.task.Task;
import toolr0.tool.CallParser;
import toolr0.tool.CallSyntax;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * NexusRaven's first evaluation set in its standardized form. Categories are the data sets that it
 * is made of; ids are the published ones. Beside exact match it gives {@code nexusraven}, the
 * authors' accuracy ({@link NexusRavenGrader}).
 */
public final class NexusRavenReader implements BenchmarkReader {
  private static final String FUNCTIONS = "derived_api_list.json";
  private static final String QUERIES = "derived_standardized_queries.jsonl";

  /** A type that is not stated. */
  private static final String NO_TYPE = "None";

  /** How a default that is given as JSON begins; others are Python. */
  private static final String JSON_DEFAULT = "JSON:";

  @Override
  public String name() {
    return "nexusraven";
  }

  @Override
  public Benchmark read(Path folder) {
    Map<String, ToolSpec> functions = functions(folder.resolve(FUNCTIONS));
    TaskCollector tasks = new TaskCollector(folder);
    Path file = folder.resolve(QUERIES);
    for (RecordFile.Entry entry : tasks.lines(file)) {
      tasks.add(file, Fields.idOrPlace(entry, "id"), () -> List.of(task(entry.value(), functions)));
    }
    return tasks.benchmark(name());
  }

  private static BenchmarkTask task(JsonNode value, Map<String, ToolSpec> functions)
      throws BadRecord {
    ObjectNode stated = Fields.object(value, "the record");
    List<ToolSpec> tools = new ArrayList<>();
    String dataset = Fields.text(stated, "dataset");
    for (JsonNode name : Fields.list(stated, "context_functions").values()) {
      ToolSpec tool = functions.get(key(dataset, name.isString() ? name.stringValue() : ""));
      if (tool == null) {
        throw new BadRecord("it offers %s, which %s does not hold".formatted(name, FUNCTIONS));
      }
      tools.add(tool);
    }
    ToolCall gold =
        new ToolCall(
            Fields.text(stated, "python_function_name"), Fields.object(stated, "python_args_dict"));
    Task task = new Task(Fields.text(stated, "prompt"), StatedTools.menu(tools), List.of(gold));
    NexusRavenGrader grader = new NexusRavenGrader(task, gold);
    BenchmarkTask read = new BenchmarkTask(Fields.text(stated, "id"), dataset, task, grader);
    return grader.canBeRight()
        ? read
        : read.unanswerable("the gold leaves out an argument that its function requires");
  }

  private static Map<String, ToolSpec> functions(Path file) {
    Map<String, ToolSpec> functions = new HashMap<>();
    for (RecordFile.Entry entry : RecordFile.list(file)) {
      try {
        ObjectNode function = Fields.object(entry.value(), "the function");
        ToolSpec tool = function(function);
        functions.put(key(Fields.text(function, "dataset"), tool.name()), tool);
      } catch (BadRecord e) {
        throw e.at(entry.where()).in(file);
      }
    }
    return functions;
  }

  private static String key(String dataset, String name) {
    return dataset + "/" + name;
  }

  private static ToolSpec function(ObjectNode function) throws BadRecord {
    List<Parameter> parameters = new ArrayList<>();
    for (JsonNode element : Fields.list(function, "args_dicts").values()) {
      ObjectNode argument = Fields.object(element, "an argument");
      boolean required = argument.path("required").asBoolean(false);
      ObjectNode schema = Json.object();
      schema.put("type", type(argument));
      schema.put("description", Fields.optionalText(argument, "description").orElse(""));
      if (!required) {
        schema.set("default", defaultValue(argument));
      }
      parameters.add(StatedTools.parameter(Fields.text(argument, "name"), schema, required));
    }
    String description = Fields.optionalText(function, "description").orElse("");
    return new ToolSpec(
        Fields.text(function, "name"), description.stripIndent().strip(), parameters);
  }

  private static String type(ObjectNode argument) {
    return Fields.optionalText(argument, "type")
        .filter(type -> !type.equals(NO_TYPE))
        .or(() -> Fields.optionalText(argument, "documented_type"))
        .orElse(StatedTools.ANY);
  }

  /** The value that the function's argument has when a call does not give it. */
  private static JsonNode defaultValue(ObjectNode argument) {
    JsonNode stated = argument.get("default");
    if (stated == null) {
      return NullNode.getInstance();
    }
    if (!stated.isString()) {
      return stated;
    }
    String text = stated.stringValue();
    Optional<JsonNode> value =
        text.startsWith(JSON_DEFAULT)
            ? Json.tryParse(text.substring(JSON_DEFAULT.length()))
            : CallParser.parseLiteral(text, CallSyntax.TOLERANT);
    return value.orElse(stated);
  }
}
