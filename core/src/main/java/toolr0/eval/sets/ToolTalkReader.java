package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import toolr0.base.PythonText;
import toolr0.eval.Benchmark;
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
 * Reads ToolTalk's conversations (Farn and Shin 2023), easy and hard. Every turn in which the
 * assistant calls tools is one task: the user's place, time and name, the conversation before it
 * with its gold calls and their results, and as gold the turn's calls. All 28 tools are offered, as
 * in the authors' runs.
 *
 * <p>The session token is in no tool's schema, since the authors' executor fills it in; it is left
 * out of gold. A turn is unanswerable when a gold value stands in the result of an earlier call of
 * the same turn and nowhere in the question, because all calls of a turn are asked for at once. Own
 * scores: {@link ToolTalkGrader}.
 */
public final class ToolTalkReader implements BenchmarkReader {
  static final String SESSION_TOKEN = "session_token";
  private static final String TOOLS = "derived_tools.json";
  private static final String REQUEST =
      "Give all calls that the assistant should make now to do what the user asks.";

  @Override
  public String name() {
    return "tooltalk";
  }

  @Override
  public Benchmark read(Path folder) {
    Toolbox tools = Toolbox.read(folder.resolve(TOOLS));
    TaskCollector tasks = new TaskCollector(folder);
    conversations("easy", folder.resolve("easy"), tools, tasks);
    conversations("hard", folder.resolve("tooltalk"), tools, tasks);
    return tasks.benchmark(name());
  }

  /**
   * The tools.
   *
   * @param actions those that change something
   */
  private record Toolbox(List<ToolSpec> menu, Set<String> actions) {

    static Toolbox read(Path file) {
      List<ToolSpec> menu = new ArrayList<>();
      Set<String> actions = new HashSet<>();
      for (RecordFile.Entry entry : RecordFile.list(file)) {
        try {
          ObjectNode tool = Fields.object(entry.value(), "the tool");
          String name = Fields.text(tool, "name");
          String description = Fields.optionalText(tool, "description").orElse("");
          ObjectNode parameters = Fields.object(tool, "parameters");
          menu.add(new ToolSpec(name, description, StatedTools.parameters(parameters, Set.of())));
          if (tool.path("is_action").asBoolean(false)) {
            actions.add(name);
          }
        } catch (BadRecord e) {
          throw e.at(entry.where()).in(file);
        }
      }
      return new Toolbox(menu, actions);
    }
  }

  private static void conversations(
      String category, Path folder, Toolbox tools, TaskCollector tasks) {
    for (Path file : RecordFile.in(folder, ".json")) {
      tasks.add(file, "conversation", () -> tasks(category, file, tools));
    }
  }

  private static List<BenchmarkTask> tasks(String category, Path file, Toolbox tools)
      throws BadRecord {
    ObjectNode conversation = Fields.object(RecordFile.json(file), "the conversation");
    Dialogue history = new Dialogue(opening(Fields.object(conversation, "metadata")));
    List<BenchmarkTask> tasks = new ArrayList<>();
    int number = 0;
    for (JsonNode element : Fields.list(conversation, "conversation").values()) {
      number++;
      ObjectNode turn = Fields.object(element, "a turn");
      String text = Fields.anyText(turn, "text");
      switch (Fields.text(turn, "role")) {
        case "user" -> history.user(text);
        case "assistant" -> {
          List<Called> calls = calls(turn);
          if (!calls.isEmpty()) {
            String id = "%s/%s/%d".formatted(category, RecordFile.stem(file), number);
            tasks.add(task(id, category, history.asking(REQUEST), calls, tools));
          }
          calls.forEach(c -> history.call(c.call, c.response, c.exception));
          history.assistant(text);
        }
        default -> throw new BadRecord("turn " + number + " is neither user's nor assistant's");
      }
    }
    if (tasks.isEmpty()) {
      throw new BadRecord("no turn calls a tool");
    }
    return tasks;
  }

  private static String opening(ObjectNode metadata) {
    StringBuilder opening = new StringBuilder();
    Fields.optionalText(metadata, "location")
        .ifPresent(place -> opening.append("The user is in ").append(place).append(". "));
    Fields.optionalText(metadata, "timestamp")
        .ifPresent(time -> opening.append("It is ").append(time).append(". "));
    opening.append(
        Fields.optionalText(metadata, "username")
            .map(user -> "The user is logged in as " + user + ".")
            .orElse("The user is not logged in."));
    return opening.toString();
  }

  /** A call with what it gave, or what it failed with. */
  private record Called(ToolCall call, JsonNode response, Optional<String> exception) {}

  private static List<Called> calls(ObjectNode turn) throws BadRecord {
    List<Called> calls = new ArrayList<>();
    if (turn.get("apis") instanceof ArrayNode list) {
      for (JsonNode element : list.values()) {
        ObjectNode api = Fields.object(element, "a call");
        ObjectNode request = Fields.object(api, "request");
        ObjectNode arguments = Fields.object(request, "parameters").deepCopy();
        arguments.remove(SESSION_TOKEN);
        ToolCall call = new ToolCall(Fields.text(request, "api_name"), arguments);
        calls.add(new Called(call, api.path("response"), Fields.optionalText(api, "exception")));
      }
    }
    return calls;
  }

  private static BenchmarkTask task(
      String id, String category, String question, List<Called> calls, Toolbox tools) {
    List<ToolCall> gold = calls.stream().map(Called::call).toList();
    Task task = new Task(question, tools.menu, gold);
    BenchmarkTask read =
        new BenchmarkTask(id, category, task, new ToolTalkGrader(task, tools.actions));
    return unknowable(question, calls).map(read::unanswerable).orElse(read);
  }

  /** Says which gold value is known only from an earlier call of the same turn. */
  private static Optional<String> unknowable(String question, List<Called> calls) {
    Set<String> results = new HashSet<>();
    for (Called called : calls) {
      Set<String> values = new HashSet<>();
      leaves(called.call.arguments(), values);
      for (String value : values) {
        if (results.contains(value) && !question.contains(value)) {
          return Optional.of(
              "the gold gives \"%s\" the value \"%s\", which an earlier call of the same turn returns"
                  .formatted(called.call.name(), value));
        }
      }
      leaves(called.response, results);
    }
    return Optional.empty();
  }

  private static void leaves(JsonNode node, Set<String> leaves) {
    if (node.isValueNode()) {
      leaves.add(PythonText.str(node));
    }
    for (JsonNode child : node.values()) {
      leaves(child, leaves);
    }
  }
}
