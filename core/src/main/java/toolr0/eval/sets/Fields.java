package toolr0.eval.sets;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import toolr0.eval.RecordFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Typed access to a record's fields; what is missing or of another type makes the record bad. */
final class Fields {
  private Fields() {}

  /**
   * The object that a value has to be.
   *
   * @param what the value, for people
   */
  static ObjectNode object(JsonNode value, String what) throws BadRecord {
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw new BadRecord(what + " is " + kind(value) + ", not an object");
  }

  static ObjectNode object(ObjectNode holder, String key) throws BadRecord {
    if (holder.get(key) instanceof ObjectNode object) {
      return object;
    }
    throw bad(holder, key, "an object");
  }

  static ArrayNode list(ObjectNode holder, String key) throws BadRecord {
    if (holder.get(key) instanceof ArrayNode list) {
      return list;
    }
    throw bad(holder, key, "a list");
  }

  /** A list that stands there as such or as JSON in a text. */
  static ArrayNode listOrText(ObjectNode holder, String key) throws BadRecord {
    Optional<String> text = optionalText(holder, key);
    if (text.isEmpty()) {
      return list(holder, key);
    }
    JsonNode read;
    try {
      read = Json.parse(text.get());
    } catch (JsonSyntaxException e) {
      throw new BadRecord("\"" + key + "\" is not JSON: " + e.getMessage());
    }
    if (read instanceof ArrayNode list) {
      return list;
    }
    throw new BadRecord("\"" + key + "\" holds " + kind(read) + ", not a list");
  }

  /** A text that is not blank. */
  static String text(ObjectNode holder, String key) throws BadRecord {
    String text = anyText(holder, key);
    if (text.isBlank()) {
      throw new BadRecord("\"" + key + "\" is blank");
    }
    return text;
  }

  /** A text that may be blank. */
  static String anyText(ObjectNode holder, String key) throws BadRecord {
    if (holder.get(key) instanceof JsonNode node && node.isString()) {
      return node.stringValue();
    }
    throw bad(holder, key, "a text");
  }

  static Optional<String> optionalText(ObjectNode holder, String key) {
    return holder.get(key) instanceof JsonNode node && node.isString()
        ? Optional.of(node.stringValue())
        : Optional.empty();
  }

  /** How reports name a record: by its id where it has one, otherwise by its place in the file. */
  static String idOrPlace(RecordFile.Entry entry, String key) {
    return entry.value() instanceof ObjectNode record
        ? optionalText(record, key).orElse(entry.where())
        : entry.where();
  }

  private static BadRecord bad(ObjectNode holder, String key, String wanted) {
    return new BadRecord("\"" + key + "\" is " + kind(holder.get(key)) + ", not " + wanted);
  }

  private static String kind(@Nullable JsonNode node) {
    return switch (node) {
      case null -> "missing";
      case ObjectNode _ -> "an object";
      case ArrayNode _ -> "a list";
      case JsonNode text when text.isString() -> "a text";
      case JsonNode number when number.isNumber() -> "a number";
      default -> node.toString();
    };
  }
}
