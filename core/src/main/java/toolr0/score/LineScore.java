package toolr0.score;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The score of one line.
 *
 * @param reward the reward, no value when the completion cannot be scored
 * @param parts the parts before weighting, by name, in the order in which they are shown
 * @param reasons why they are what they are; at least one
 * @param more what else the line holds, for example the task that was read; never modified
 */
public record LineScore(
    OptionalDouble reward,
    SequencedMap<String, Double> parts,
    List<Reason> reasons,
    ObjectNode more) {
  public LineScore {
    parts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parts));
    reasons = List.copyOf(reasons);
  }

  /**
   * The line that is written.
   *
   * @param line its number in the file, from 1
   * @param given the line that was read; its {@code id} is repeated when it has one
   */
  ObjectNode toJson(long line, ObjectNode given) {
    ObjectNode node = Json.object();
    node.put("line", line);
    if (given.get("id") instanceof JsonNode id) {
      node.set("id", id);
    }
    if (reward.isPresent()) {
      node.put("reward", reward.getAsDouble());
    } else {
      node.putNull("reward");
    }
    ObjectNode partsNode = node.putObject("parts");
    parts.forEach(partsNode::put);
    ArrayNode list = node.putArray("reasons");
    for (Reason reason : reasons) {
      list.addObject()
          .put("part", reason.part())
          .put("code", reason.code())
          .put("text", reason.text());
    }
    node.setAll(more);
    return node;
  }
}
