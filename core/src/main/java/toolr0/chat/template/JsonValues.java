package toolr0.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import toolr0.base.Json;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Real;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON as values. */
final class JsonValues {
  private JsonValues() {}

  /** A value all texts of which are content. */
  static Value content(JsonNode node) {
    return of(node, Str::content);
  }

  /** A value all texts of which count as the template's own. */
  static Value trusted(JsonNode node) {
    return of(node, Str::of);
  }

  private static Value of(JsonNode node, Function<String, Str> text) {
    return switch (node) {
      case ArrayNode list -> {
        List<Value> items = new ArrayList<>();
        list.values().forEach(item -> items.add(of(item, text)));
        yield new Sequence.ListValue(items);
      }
      case ObjectNode object -> {
        Map<Value, Value> entries = new LinkedHashMap<>();
        object
            .properties()
            .forEach(e -> entries.put(text.apply(e.getKey()), of(e.getValue(), text)));
        yield new DictValue(entries);
      }
      default -> {
        if (node.isString()) {
          yield text.apply(node.stringValue());
        }
        if (node.isBoolean()) {
          yield Bool.of(node.booleanValue());
        }
        if (node.isIntegralNumber()) {
          yield new Int(node.bigIntegerValue());
        }
        yield node.isNumber() ? new Real(Json.toDouble(node)) : None.NONE;
      }
    };
  }
}
