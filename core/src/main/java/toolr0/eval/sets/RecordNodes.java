package toolr0.eval.sets;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Access to the parts of a record. What is missing or of another kind is a {@link RecordFault} that
 * names the key and what it should hold.
 */
final class RecordNodes {
  private RecordNodes() {}

  static ObjectNode object(JsonNode node) throws RecordFault {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new RecordFault("the record is " + kind(node) + ", not an object");
  }

  static ObjectNode object(ObjectNode record, String key) throws RecordFault {
    if (record.get(key) instanceof ObjectNode object) {
      return object;
    }
    throw fault(record, key, "an object");
  }

  static ArrayNode list(ObjectNode record, String key) throws RecordFault {
    if (record.get(key) instanceof ArrayNode list) {
      return list;
    }
    throw fault(record, key, "a list");
  }

  static String text(ObjectNode record, String key) throws RecordFault {
    Optional<String> text = optionalText(record, key);
    if (text.isEmpty()) {
      throw fault(record, key, "a text");
    }
    return text.get();
  }

  static Optional<String> optionalText(ObjectNode record, String key) {
    return Optional.ofNullable(record.get(key))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  /** A list that stands in the record as such or as JSON in a text. */
  static ArrayNode listOrText(ObjectNode record, String key) throws RecordFault {
    Optional<String> text = optionalText(record, key);
    if (text.isEmpty()) {
      return list(record, key);
    }
    JsonNode read;
    try {
      read = Json.parse(text.get());
    } catch (JsonSyntaxException e) {
      throw new RecordFault("\"" + key + "\" is not JSON: " + e.getMessage());
    }
    if (read instanceof ArrayNode list) {
      return list;
    }
    throw new RecordFault("\"" + key + "\" holds " + kind(read) + " instead of a list");
  }

  /** A file as reports name it: relative to the benchmark's folder, with slashes. */
  static String relative(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static RecordFault fault(ObjectNode record, String key, String wanted) {
    return new RecordFault("\"" + key + "\" is " + kind(record.get(key)) + ", not " + wanted);
  }

  private static String kind(@Nullable JsonNode node) {
    if (node == null) {
      return "missing";
    }
    return switch (node) {
      case ObjectNode _ -> "an object";
      case ArrayNode _ -> "a list";
      default -> {
        if (node.isString()) {
          yield "a text";
        }
        yield node.isNumber() ? "a number" : node.toString();
      }
    };
  }
}
