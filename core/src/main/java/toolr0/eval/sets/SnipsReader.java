package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import toolr0.base.Json;
import toolr0.eval.Benchmark;
import toolr0.eval.BenchmarkException;
import toolr0.eval.BenchmarkReader;
import toolr0.eval.BenchmarkTask;
import toolr0.eval.RecordFile;
import toolr0.task.Task;
import toolr0.tool.Parameter;
import toolr0.tool.ToolCall;
import toolr0.tool.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads SNIPS (Coucke et al. 2018) as function calling, a definition of our own: a tool for each of
 * the seven intents, whose parameters are the intent's slots, all optional text. The question is
 * the utterance, gold one call with the verbatim spans, "two" and "my babies and I" included; the
 * tools' descriptions say so and give frequent values of each slot. Own scores: {@link SnipsSlots}.
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
    ReadTasks read = new ReadTasks(folder);
    for (Path file : RecordFile.in(folder, ".json")) {
      if (RecordFile.name(file).startsWith("validate_")) {
        utterances(file, tools, read);
      }
    }
    return read.benchmark(name());
  }

  private static void utterances(Path file, List<ToolSpec> tools, ReadTasks read) {
    if (!(RecordFile.json(file) instanceof ObjectNode byIntent)) {
      throw new BenchmarkException(
          file + ": not an object of utterances by intent; restore the file as published");
    }
    byIntent.forEachEntry(
        (intent, list) -> {
          if (!(list instanceof ArrayNode utterances)) {
            throw new BenchmarkException(
                "%s: \"%s\" is not a list of utterances; restore the file as published"
                    .formatted(file, intent));
          }
          for (int i = 0; i < utterances.size(); i++) {
            try {
              read.add(task(intent, i + 1, utterances.get(i), tools));
            } catch (RecordFault e) {
              read.unreadable(file, intent + " " + (i + 1), e.reason());
            }
          }
        });
  }

  private static BenchmarkTask task(
      String intent, int number, JsonNode utterance, List<ToolSpec> tools) throws RecordFault {
    StringBuilder question = new StringBuilder();
    ObjectNode slots = Json.object();
    for (JsonNode element : RecordNodes.list(RecordNodes.object(utterance), "data").values()) {
      ObjectNode part = RecordNodes.object(element);
      String text = RecordNodes.text(part, "text");
      question.append(text);
      if (part.has("entity")) {
        String slot = RecordNodes.text(part, "entity");
        if (slots.has(slot)) {
          throw new RecordFault("slot \"" + slot + "\" occurs twice; a call has one value for it");
        }
        slots.put(slot, text);
      }
    }
    if (question.isEmpty()) {
      throw new RecordFault("the utterance is empty");
    }
    Task task = new Task(question.toString(), tools, List.of(new ToolCall(intent, slots)));
    return new BenchmarkTask(
        intent + "/" + number, intent, task, OwnRule.beside(task, new SnipsSlots(task)));
  }

  private static List<ToolSpec> tools(Path file) {
    if (!(RecordFile.json(file) instanceof ObjectNode byIntent)) {
      throw new BenchmarkException(
          file + ": not an object of slots by intent; restore the file as published");
    }
    List<ToolSpec> tools = new ArrayList<>();
    byIntent.forEachEntry(
        (intent, value) -> {
          try {
            ObjectNode slots = RecordNodes.object(RecordNodes.object(value), "slots");
            List<Parameter> parameters = new ArrayList<>();
            for (Map.Entry<String, JsonNode> slot : slots.properties()) {
              parameters.add(parameter(slot.getKey(), RecordNodes.object(slot.getValue())));
            }
            String purpose = PURPOSES.getOrDefault(intent, words(intent) + ".");
            tools.add(new ToolSpec(intent, purpose + VERBATIM, parameters));
          } catch (RecordFault e) {
            throw new BenchmarkException(
                "%s: \"%s\": %s; restore the file as published"
                    .formatted(file, intent, e.reason()));
          }
        });
    return tools;
  }

  private static Parameter parameter(String slot, ObjectNode stated) throws RecordFault {
    List<String> examples = new ArrayList<>();
    for (JsonNode example : RecordNodes.list(stated, "examples").values()) {
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
    return words.toString().toLowerCase(Locale.ROOT);
  }
}
