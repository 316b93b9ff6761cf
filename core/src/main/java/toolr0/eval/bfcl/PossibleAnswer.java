package toolr0.eval.bfcl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call that answers a record.
 *
 * @param function the function's name
 * @param allowed the values that each argument may have; an empty text among them says that the
 *     argument may be left out
 */
record PossibleAnswer(String function, SequencedMap<String, List<JsonNode>> allowed) {
  PossibleAnswer {
    allowed = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(allowed));
  }

  /** Whether a list of allowed values lets the argument be left out. */
  static boolean mayBeOmitted(List<JsonNode> values) {
    return values.stream().anyMatch(PossibleAnswer::isOmission);
  }

  /** Whether an allowed value is the sign for leaving the argument out. */
  static boolean isOmission(JsonNode value) {
    return value.isString() && value.stringValue().isEmpty();
  }

  /**
   * The answers of a record.
   *
   * @throws MalformedRecord when they are not a list of calls with lists of allowed values
   */
  static List<PossibleAnswer> read(@Nullable JsonNode answers) throws MalformedRecord {
    if (!(answers instanceof ArrayNode list) || list.isEmpty()) {
      throw new MalformedRecord("it has no answer in possible_answer");
    }
    List<PossibleAnswer> possible = new ArrayList<>();
    for (JsonNode answer : list.values()) {
      if (!(answer instanceof ObjectNode call)
          || call.size() != 1
          || !call.values().iterator().next().isObject()) {
        throw new MalformedRecord("its answer is not a list of {function: arguments}");
      }
      Map.Entry<String, JsonNode> only = call.properties().iterator().next();
      SequencedMap<String, List<JsonNode>> allowed = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> argument : only.getValue().properties()) {
        if (!(argument.getValue() instanceof ArrayNode values) || values.isEmpty()) {
          throw new MalformedRecord(
              "its answer gives no list of allowed values for " + argument.getKey());
        }
        allowed.put(argument.getKey(), List.copyOf(values.values()));
      }
      possible.add(new PossibleAnswer(only.getKey(), allowed));
    }
    return possible;
  }
}
