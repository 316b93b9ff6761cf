package toolr0.eval.sets;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Typed access to a record's fields; what is missing or of another type makes the record bad. */
final class Fields {
  private Fields() {}

  static ObjectNode object(JsonNode node, String what) throws BadRecord {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new BadRecord(what + " is not an object");
  }

  static ObjectNode object(ObjectNode holder, String key) throws BadRecord {
    if (holder.get(key) instanceof ObjectNode object) {
      return object;
    }
    throw missing(holder, key, "an object");
  }

  static ArrayNode list(ObjectNode holder, String key) throws BadRecord {
    if (holder.get(key) instanceof ArrayNode list) {
      return list;
    }
    throw missing(holder, key, "a list");
  }

  /** A text that is not blank. */
  static String text(ObjectNode holder, String key) throws BadRecord {
    Optional<String> text = optionalText(holder, key).filter(t -> !t.isBlank());
    if (text.isPresent()) {
      return text.get();
    }
    throw missing(holder, key, "a text");
  }

  /** A text that may be empty. */
  static String anyText(ObjectNode holder, String key) throws BadRecord {
    Optional<String> text = optionalText(holder, key);
    if (text.isPresent()) {
      return text.get();
    }
    throw missing(holder, key, "a text");
  }

  static Optional<String> optionalText(ObjectNode holder, String key) {
    return holder.get(key) instanceof JsonNode node && node.isString()
        ? Optional.of(node.stringValue())
        : Optional.empty();
  }

  private static BadRecord missing(ObjectNode holder, String key, String expected) {
    return new BadRecord(
        holder.has(key)
            ? "\"%s\" is not %s".formatted(key, expected)
            : "it has no \"%s\"".formatted(key));
  }
}
