package toolr0.run;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The point that a run has reached and can be resumed from.
 *
 * @param stage the stage in progress, or the last one finished
 * @param step steps of it that are done
 * @param finished whether the stage is complete
 * @param checkpoint the checkpoint that holds this step, relative to the run directory; empty when
 *     the stage trains nothing
 * @param counters what accumulates over steps, for example {@code num_tokens}
 * @param logs length in bytes of every log at this point, by path relative to the run directory
 * @param wallSeconds time spent up to here, all sessions together
 * @param peakRssMb largest resident memory seen up to here
 */
public record StageState(
    StageId stage,
    int step,
    boolean finished,
    Optional<String> checkpoint,
    SortedMap<String, Long> counters,
    SortedMap<String, Long> logs,
    double wallSeconds,
    double peakRssMb) {
  /** Where a run stands that has done nothing yet. */
  static final StageState START =
      new StageState(
          StageId.base(), 0, false, Optional.empty(), new TreeMap<>(), new TreeMap<>(), 0, 0);

  public StageState {
    counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
    logs = Collections.unmodifiableSortedMap(new TreeMap<>(logs));
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("iteration", stage.iteration());
    node.put("stage", stage.stage().wireName());
    node.put("step", step);
    node.put("finished", finished);
    checkpoint.ifPresent(path -> node.put("checkpoint", path));
    ObjectNode countersNode = node.putObject("counters");
    counters.forEach(countersNode::put);
    ObjectNode logsNode = node.putObject("logs");
    logs.forEach(logsNode::put);
    node.put("wall_seconds", wallSeconds);
    node.put("peak_rss_mb", peakRssMb);
    return node;
  }

  static StageState fromJson(JsonNode node) {
    return new StageState(
        new StageId(
            node.required("iteration").asInt(),
            Stage.ofWireName(node.required("stage").asString())),
        node.required("step").asInt(),
        node.required("finished").asBoolean(),
        node.has("checkpoint") ? Optional.of(node.get("checkpoint").asString()) : Optional.empty(),
        longs(node.required("counters")),
        longs(node.required("logs")),
        node.required("wall_seconds").asDouble(),
        node.required("peak_rss_mb").asDouble());
  }

  private static SortedMap<String, Long> longs(JsonNode node) {
    SortedMap<String, Long> map = new TreeMap<>();
    node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asLong()));
    return map;
  }
}
