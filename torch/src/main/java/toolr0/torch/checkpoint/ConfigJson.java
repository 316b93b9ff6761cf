package toolr0.torch.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * Typed access to an object in a configuration file; a key that is null counts as missing.
 *
 * @param file named in errors
 * @param object what is read
 * @param prefix of the keys in errors, for an object inside another
 */
record ConfigJson(Path file, JsonNode object, String prefix) {

  static ConfigJson read(Path file) {
    return new ConfigJson(file, JsonFile.read(file), "");
  }

  Optional<JsonNode> node(String key) {
    return object.optional(key).filter(node -> !node.isNull());
  }

  boolean has(String key) {
    return node(key).isPresent();
  }

  int requiredInt(String key) {
    return optionalInt(key).orElseThrow(() -> wrong(key + " is missing"));
  }

  OptionalInt optionalInt(String key) {
    Optional<JsonNode> node = node(key);
    if (node.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!node.get().isIntegralNumber() || !node.get().canConvertToInt()) {
      throw wrong(key + " is " + shown(node.get()) + ", expected an integer");
    }
    return OptionalInt.of(node.get().intValue());
  }

  double decimal(String key, double missing) {
    return optionalDecimal(key).orElse(missing);
  }

  double requiredDecimal(String key) {
    return optionalDecimal(key).orElseThrow(() -> wrong(key + " is missing"));
  }

  private Optional<Double> optionalDecimal(String key) {
    Optional<JsonNode> node = node(key);
    if (node.isPresent() && !node.get().isNumber()) {
      throw wrong(key + " is " + shown(node.get()) + ", expected a number");
    }
    return node.map(JsonNode::doubleValue);
  }

  boolean bool(String key, boolean missing) {
    Optional<JsonNode> node = node(key);
    if (node.isPresent() && !node.get().isBoolean()) {
      throw wrong(key + " is " + shown(node.get()) + ", expected true or false");
    }
    return node.map(JsonNode::booleanValue).orElse(missing);
  }

  /** A text; what is none as it is spelled. */
  Optional<String> text(String key) {
    return node(key).map(node -> node.isString() ? node.stringValue() : node.toString());
  }

  /** An object inside this one. */
  Optional<ConfigJson> inner(String key) {
    Optional<JsonNode> node = node(key);
    if (node.isPresent() && !node.get().isObject()) {
      throw wrong(key + " is " + shown(node.get()) + ", expected an object");
    }
    return node.map(object -> new ConfigJson(file, object, prefix + key + "."));
  }

  /** One id or a list of them. */
  List<Integer> tokenIds(String key) {
    Optional<JsonNode> node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode value : node.get().isArray() ? node.get().values() : List.of(node.get())) {
      if (!value.isIntegralNumber() || !value.canConvertToInt()) {
        throw wrong(key + " is " + shown(value) + ", expected a token id");
      }
      ids.add(value.intValue());
    }
    return ids;
  }

  CheckpointException wrong(String problem) {
    return new CheckpointException(file + ": " + prefix + problem);
  }

  CheckpointException unsupported(String problem) {
    return new CheckpointException(file + ": not supported: " + prefix + problem);
  }

  static String shown(JsonNode node) {
    return shown(node.toString());
  }

  static String shown(String text) {
    return SafetensorsHeader.show(text);
  }
}
