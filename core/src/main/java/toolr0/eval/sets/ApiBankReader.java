package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.eval.UnreadableRecord;
import toolr0.task.Task;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads API-Bank's dialogues (Li et al. 2023), levels 1 and 2. Every turn in which an API is called
 * is one task: the dialogue before it, calls and results included, and as gold that one call. The
 * question says that the year is 2023, as the published prompt does.
 *
 * <p>Level 1 offers the APIs that occur in the dialogue, by name. Level 2 offers ToolSearcher and
 * whatever the searches before the turn have found, since the published prompt shows those in the
 * history; a call of anything else is unanswerable, and so is one with an argument that its API
 * lacks. Parameters are required unless their descriptions say otherwise, because API-Bank states
 * it nowhere else. Gold values are the published ones, which are all text, lists included.
 *
 * <p>A dialogue with a turn that cannot be read is not asked at all, since the turn could be part
 * of every later history and of the menu. Own score: {@link ApiBankGrader}.
 */
public final class ApiBankReader implements BenchmarkReader {
  private static final String SAMPLES = "lv1-lv2-samples";
  private static final String APIS = "derived_api_descriptions.json";
  private static final String SEARCH = "ToolSearcher";
  private static final String REQUEST =
      "Give the one call that the assistant should make next, with what is known so far.";

  @Override
  public String name() {
    return "apibank";
  }

  @Override
  public Benchmark read(Path folder) {
    Map<String, ToolSpec> apis = apis(folder.resolve(APIS));
    TaskCollector tasks = new TaskCollector(folder);
    Path samples = folder.resolve(SAMPLES);
    level("level_1", samples.resolve("level-1-given-desc"), apis, tasks);
    level("level_2", samples.resolve("level-2-toolsearcher"), apis, tasks);
    return tasks.benchmark(name());
  }

  private static Map<String, ToolSpec> apis(Path file) {
    Map<String, ToolSpec> apis = new LinkedHashMap<>();
    for (RecordFile.Entry entry : RecordFile.list(file)) {
      try {
        ObjectNode api = Fields.object(entry.value(), "the API");
        String name = Fields.text(api, "name");
        String description = Fields.optionalText(api, "description").orElse("");
        ObjectNode parameters = Fields.object(api, "input_parameters");
        apis.put(name, new ToolSpec(name, description, StatedTools.parameters(parameters)));
      } catch (BadRecord e) {
        throw e.at(entry.where()).in(file);
      }
    }
    return apis;
  }

  private static void level(
      String category, Path folder, Map<String, ToolSpec> apis, TaskCollector tasks) {
    for (Path file : RecordFile.in(folder, ".jsonl")) {
      tasks.add(file, "dialogue", () -> tasks(category, RecordFile.stem(file), turns(file), apis));
    }
  }

  private sealed interface Turn {
    record Said(boolean byUser, String text) implements Turn {}

    record Called(ToolCall call, JsonNode output, Optional<String> exception) implements Turn {}
  }

  private static List<Turn> turns(Path file) throws BadRecord {
    List<UnreadableRecord> broken = new ArrayList<>();
    List<RecordFile.Entry> entries = RecordFile.lines(file, broken);
    if (!broken.isEmpty()) {
      throw new BadRecord(broken.getFirst().reason()).at(broken.getFirst().record());
    }
    List<Turn> turns = new ArrayList<>();
    for (RecordFile.Entry entry : entries) {
      try {
        turns.add(turn(entry.value()));
      } catch (BadRecord e) {
        throw e.at(entry.where());
      }
    }
    return turns;
  }

  private static Turn turn(JsonNode value) throws BadRecord {
    ObjectNode turn = Fields.object(value, "the turn");
    String role = Fields.text(turn, "role");
    return switch (role) {
      case "User" -> new Turn.Said(true, Fields.anyText(turn, "text"));
      case "AI" -> new Turn.Said(false, Fields.anyText(turn, "text"));
      case "API" -> {
        ToolCall call =
            new ToolCall(Fields.text(turn, "api_name"), Fields.object(turn, "param_dict"));
        ObjectNode result = Fields.object(turn, "result");
        yield new Turn.Called(
            call, result.path("output"), Fields.optionalText(result, "exception"));
      }
      default -> throw new BadRecord("the role is \"" + role + "\", not User, AI or API");
    };
  }

  private static List<BenchmarkTask> tasks(
      String category, String dialogue, List<Turn> turns, Map<String, ToolSpec> apis)
      throws BadRecord {
    Dialogue history = new Dialogue("This year is 2023.");
    boolean searches = category.equals("level_2");
    SequencedSet<String> known = new LinkedHashSet<>();
    known.addAll(searches ? List.of(SEARCH) : called(turns));
    List<BenchmarkTask> tasks = new ArrayList<>();
    for (Turn turn : turns) {
      switch (turn) {
        case Turn.Said(boolean byUser, String text) when byUser -> history.user(text);
        case Turn.Said(boolean _, String text) -> history.assistant(text);
        case Turn.Called called -> {
          List<ToolSpec> menu =
              known.stream().flatMap(n -> Stream.ofNullable(apis.get(n))).toList();
          Task task = new Task(history.asking(REQUEST), menu, List.of(called.call));
          tasks.add(
              new BenchmarkTask(
                  "%s/%s/%d".formatted(category, dialogue, tasks.size() + 1),
                  category,
                  task,
                  new ApiBankGrader(task, Optional.ofNullable(apis.get(called.call.name())))));
          history.call(called.call, called.output, called.exception);
          if (searches && called.call.name().equals(SEARCH)) {
            known.addAll(found(called.output));
          }
        }
      }
    }
    if (tasks.isEmpty()) {
      throw new BadRecord(turns.isEmpty() ? "the file is empty" : "no API is called");
    }
    return tasks;
  }

  private static SequencedSet<String> called(List<Turn> turns) {
    TreeSet<String> names = new TreeSet<>();
    for (Turn turn : turns) {
      if (turn instanceof Turn.Called called) {
        names.add(called.call.name());
      }
    }
    return names;
  }

  /** The APIs that a search gave: one description, or a list of them. */
  private static List<String> found(JsonNode output) {
    Stream<JsonNode> descriptions =
        output instanceof ArrayNode list ? list.values().stream() : Stream.of(output);
    return descriptions
        .filter(ObjectNode.class::isInstance)
        .flatMap(d -> Fields.optionalText((ObjectNode) d, "name").stream())
        .toList();
  }
}
