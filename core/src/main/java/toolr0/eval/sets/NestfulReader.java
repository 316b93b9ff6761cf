package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.task.Task;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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
 * values for them all are, and may be anything in v2. Own scores: {@link NestfulSequence}.
 */
public final class NestfulReader implements BenchmarkReader {
  private static final String RESULT = "var_result";
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
    ReadTasks read = new ReadTasks(folder);
    Path v1 = folder.resolve("data_v1");
    v1("executable", v1.resolve("executable"), "executable", read);
    v1("glaive", v1.resolve("non-executable"), "non-executable-glaive", read);
    v1("sgd", v1.resolve("non-executable"), "non-executable-sgd", read);
    for (Path file : RecordFile.in(folder.resolve("data_v2"), ".jsonl")) {
      for (RecordFile.Entry entry : read.lines(file)) {
        try {
          ObjectNode object = RecordNodes.object(entry.value());
          Definitions tools = Definitions.of(RecordNodes.listOrText(object, "tools"), "any");
          read.add(task("v2", RecordNodes.text(object, "sample_id"), object, tools));
        } catch (RecordFault e) {
          read.unreadable(file, entry.where(), e.reason());
        }
      }
    }
    return read.benchmark(name());
  }

  private static void v1(String part, Path folder, String prefix, ReadTasks read) {
    Path specification = folder.resolve(prefix + "-spec.json");
    Definitions tools;
    try {
      if (!(RecordFile.json(specification) instanceof ArrayNode list)) {
        throw new RecordFault("not a list of tools");
      }
      tools = Definitions.of(list, "string");
    } catch (RecordFault e) {
      throw new BenchmarkException(
          "%s: %s; restore the file as published".formatted(specification, e.reason()));
    }
    Path data = folder.resolve(prefix + "-data.json");
    int number = 0;
    for (RecordFile.Entry entry : RecordFile.list(data)) {
      number++;
      try {
        ObjectNode object = RecordNodes.object(entry.value());
        read.add(task("v1_" + part, part + "/" + number, object, tools));
      } catch (RecordFault e) {
        read.unreadable(data, entry.where(), e.reason());
      }
    }
  }

  private static BenchmarkTask task(
      String category, String id, ObjectNode object, Definitions tools) throws RecordFault {
    NestfulReferences references = new NestfulReferences();
    List<ToolCall> gold = new ArrayList<>();
    for (JsonNode element : RecordNodes.listOrText(object, "output").values()) {
      ObjectNode call = RecordNodes.object(element);
      String name = RecordNodes.text(call, "name");
      if (!name.equals(RESULT)) {
        ObjectNode arguments =
            references.next(
                RecordNodes.optionalText(call, "label"),
                tools.outputs.getOrDefault(name, Set.of()),
                RecordNodes.object(call, "arguments"));
        gold.add(new ToolCall(name, arguments));
      }
    }
    if (gold.isEmpty()) {
      throw new RecordFault("\"output\" holds no call");
    }
    String question = RecordNodes.text(object, "input") + REFERENCES;
    Task task = new Task(question, tools.menu(gold), gold);
    BenchmarkTask read =
        new BenchmarkTask(id, category, task, OwnRule.beside(task, new NestfulSequence(gold)));
    return references.fault().map(read::unanswerable).orElse(read);
  }

  /**
   * The definitions of tools.
   *
   * @param byName in the order of the file
   * @param outputs the names of each tool's outputs
   */
  private record Definitions(Map<String, List<ToolSpec>> byName, Map<String, Set<String>> outputs) {

    static Definitions of(ArrayNode list, String typeUnlessStated) throws RecordFault {
      Map<String, List<ToolSpec>> byName = new LinkedHashMap<>();
      Map<String, Set<String>> outputs = new HashMap<>();
      for (JsonNode element : list.values()) {
        ObjectNode tool = RecordNodes.object(element);
        String name = RecordNodes.text(tool, "name");
        ObjectNode parameters = Json.object();
        for (String key : PARAMETERS) {
          if (tool.get(key) instanceof ObjectNode some) {
            parameters.setAll(some);
          }
        }
        ObjectNode given =
            tool.get("output_parameters") instanceof ObjectNode stated ? stated : Json.object();
        outputs.computeIfAbsent(name, _ -> new HashSet<>()).addAll(given.propertyNames());
        byName
            .computeIfAbsent(name, _ -> new ArrayList<>())
            .add(
                new ToolSpec(
                    name,
                    description(RecordNodes.optionalText(tool, "description").orElse(""), given),
                    TypeNames.parameters(parameters, typeUnlessStated)));
      }
      return new Definitions(byName, outputs);
    }

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

  /** Adds the outputs' names with their types; those of inner objects, and of lists' items, too. */
  private static void outputs(String prefix, ObjectNode stated, List<String> outputs) {
    for (Map.Entry<String, JsonNode> entry : stated.properties()) {
      JsonNode schema = entry.getValue();
      String name = prefix + entry.getKey();
      JsonNode inner =
          schema.path("properties") instanceof ObjectNode properties
              ? properties
              : schema.path("items").path("properties");
      if (inner instanceof ObjectNode object && !object.isEmpty()) {
        outputs(name + ".", object, outputs);
      } else {
        Optional<JsonNode> type = Optional.ofNullable(schema.get("type"));
        outputs.add(name + type.map(t -> " (" + TypeNames.name(t) + ")").orElse(""));
      }
    }
  }
}
