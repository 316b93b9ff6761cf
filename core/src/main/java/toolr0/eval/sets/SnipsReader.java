package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import toolr0.base.Json;
import toolr0.base.Text;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.task.Task;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads SNIPS (Coucke et al. 2018) as function calling, a definition of our own: a tool for each of
 * the seven intents, whose parameters are the intent's slots, all optional text. The question is
 * the utterance, gold one call with the verbatim spans, "two" and "my babies and I" included; the
 * tools' descriptions say so and give frequent values of each slot. Own scores: {@link
 * SnipsGrader}.
 */
public final class SnipsReader implements BenchmarkReader {
  private static final String INVENTORY = "derived_slot_inventory.json";

  private static final Map<String, String> PURPOSES =
      Map.of(
          "AddToPlaylist", "Adds a song, an album or an artist's music to a playlist.",
          "BookRestaurant", "Books a table at a restaurant or another place to eat.",
          "GetWeather", "Tells the weather of a place, now or at another time.",
          "PlayMusic", "Plays music.",
          "RateBook", "Rates a book or another written work.",
          "SearchCreativeWork", "Finds a creative work: a book, a song, a film, a show, a game.",
          "SearchScreeningEvent", "Finds out which films are shown, where and when.");

  private static final String VERBATIM =
      " Every argument is a part of the request, copied word for word.";

  @Override
  public String name() {
    return "snips";
  }

  @Override
  public Benchmark read(Path folder) {
    List<ToolSpec> tools = tools(folder.resolve(INVENTORY));
    TaskCollector tasks = new TaskCollector(folder);
    for (Path file : RecordFile.in(folder, ".json")) {
      if (RecordFile.name(file).startsWith("validate_")) {
        try {
          utterances(file, tools, tasks);
        } catch (BadRecord e) {
          throw e.in(file);
        }
      }
    }
    return tasks.benchmark(name());
  }

  private static void utterances(Path file, List<ToolSpec> tools, TaskCollector tasks)
      throws BadRecord {
    ObjectNode byIntent = Fields.object(RecordFile.json(file), "what it holds");
    for (String intent : byIntent.propertyNames()) {
      int number = 0;
      for (JsonNode utterance : Fields.list(byIntent, intent).values()) {
        String id = intent + "/" + ++number;
        tasks.add(file, id, () -> List.of(task(id, intent, utterance, tools)));
      }
    }
  }

  private static BenchmarkTask task(
      String id, String intent, JsonNode utterance, List<ToolSpec> tools) throws BadRecord {
    StringBuilder question = new StringBuilder();
    ObjectNode slots = Json.object();
    ObjectNode record = Fields.object(utterance, "the utterance");
    for (JsonNode element : Fields.list(record, "data").values()) {
      ObjectNode part = Fields.object(element, "a part");
      String text = Fields.anyText(part, "text");
      question.append(text);
      if (part.has("entity")) {
        String slot = Fields.text(part, "entity");
        if (slots.has(slot)) {
          throw new BadRecord("slot \"" + slot + "\" occurs twice; a call has one value for it");
        }
        slots.put(slot, text);
      }
    }
    if (question.isEmpty()) {
      throw new BadRecord("the utterance is empty");
    }
    Task task = new Task(question.toString(), tools, List.of(new ToolCall(intent, slots)));
    return new BenchmarkTask(id, intent, task, new SnipsGrader(task));
  }

  private static List<ToolSpec> tools(Path file) {
    List<ToolSpec> tools = new ArrayList<>();
    try {
      ObjectNode byIntent = Fields.object(RecordFile.json(file), "what it holds");
      for (String intent : byIntent.propertyNames()) {
        tools.add(tool(intent, Fields.object(byIntent, intent)));
      }
    } catch (BadRecord e) {
      throw e.in(file);
    }
    return tools;
  }

  private static ToolSpec tool(String intent, ObjectNode stated) throws BadRecord {
    try {
      ObjectNode slots = Fields.object(stated, "slots");
      List<Parameter> parameters = new ArrayList<>();
      for (String slot : slots.propertyNames()) {
        parameters.add(parameter(slot, Fields.object(slots, slot)));
      }
      String purpose = PURPOSES.getOrDefault(intent, words(intent) + ".");
      return new ToolSpec(intent, purpose + VERBATIM, parameters);
    } catch (BadRecord e) {
      throw e.at(intent);
    }
  }

  private static Parameter parameter(String slot, ObjectNode stated) throws BadRecord {
    List<String> examples = new ArrayList<>();
    for (JsonNode example : Fields.list(stated, "examples").values()) {
      if (example.isString()) {
        examples.add(example.stringValue());
      }
    }
    String description = words(slot) + ", for example: " + String.join("; ", examples);
    return new Parameter(slot, "string", description, false, List.of());
  }

  /** The words of a name: "object_type" and "timeRange" have two each. */
  private static String words(String name) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c) && i > 0) {
        words.append(' ');
      }
      words.append(c == '_' ? ' ' : c);
    }
    return Text.lowerCase(words.toString());
  }
}
