package toolr0.selfplay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.base.Json;
import toolr0.eval.EvaluationConfig;
import toolr0.run.Accuracy;
import toolr0.run.Event;
import toolr0.run.EventLog;
import toolr0.run.RunDirectory;
import toolr0.run.RunException;
import toolr0.run.StageId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The figures of a finished evaluation as the run keeps them. */
final class EvaluationRecord {
  private static final Set<String> OF_WHOLE =
      Set.of("exact_match", "ci_low", "ci_high", "correct", "total", "failed");

  private EvaluationRecord() {}

  /** Where a stage's evaluation is written, relative to the run directory. */
  static String file(StageId id, String benchmark) {
    return id.folder() + "/" + benchmark + ".json";
  }

  /**
   * The figures of a stage's evaluation, without its verdicts.
   *
   * @throws RunException when the file is missing or damaged
   */
  static ObjectNode figures(RunDirectory run, StageId id, String benchmark) {
    ObjectNode node = read(run, file(id, benchmark));
    node.remove("verdicts");
    return node;
  }

  /**
   * The event that told of a stage's evaluation.
   *
   * @throws RunException when its file is missing or damaged
   */
  static Event.EvaluationFinished event(RunDirectory run, StageId id, EvaluationConfig config) {
    ObjectNode node = figures(run, id, config.benchmark());
    SortedMap<String, Accuracy> categories = new TreeMap<>();
    node.path("categories")
        .properties()
        .forEach(e -> categories.put(e.getKey(), accuracy(e.getValue(), config.confidence())));
    SortedMap<String, Double> more = new TreeMap<>();
    node.properties().stream()
        .filter(e -> e.getValue().isNumber() || e.getValue().isNull())
        .filter(e -> !OF_WHOLE.contains(e.getKey()))
        .forEach(e -> more.put(e.getKey(), e.getValue().asDouble(Double.NaN)));
    return new Event.EvaluationFinished(
        id, config.benchmark(), accuracy(node, config.confidence()), categories, more);
  }

  /** The inverse of {@link EventLog#accuracy}. */
  private static Accuracy accuracy(JsonNode node, double confidence) {
    return new Accuracy(
        node.path("correct").asInt(),
        node.path("total").asInt(),
        node.path("exact_match").asDouble(Double.NaN),
        node.path("ci_low").asDouble(Double.NaN),
        node.path("ci_high").asDouble(Double.NaN),
        confidence);
  }

  /**
   * A JSON object of the run directory.
   *
   * @throws RunException when the file is missing or is no JSON object
   */
  static ObjectNode read(RunDirectory run, String relative) {
    Path file = run.resolve(relative);
    try {
      return Json.parseObject(Files.readString(file));
    } catch (IOException | RuntimeException e) {
      throw new RunException(
          RunException.Kind.DATA,
          file
              + " cannot be read ("
              + e.getMessage()
              + "); restore it from a copy or start a new run",
          e);
    }
  }
}
