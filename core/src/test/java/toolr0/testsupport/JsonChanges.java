package toolr0.testsupport;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.ArrayList;
import java.util.List;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Changes of JSON values that leave them JSON, drawn from fuzzed data. */
public final class JsonChanges {
  private static final int LONGEST = 200;
  private static final int COPIES = 40;
  private static final List<String> LITERALS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "5",
          "-1",
          "1.5",
          "1e308",
          "12345678901234567890123",
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"[]\"",
          "\"{}\"",
          "\"null\"",
          "\"5\"",
          "\"any\"",
          "\"object\"",
          "\"list(str)\"",
          "[]",
          "{}",
          "[null]",
          "[[]]",
          "[{}]",
          "{\"\":{}}",
          "{\"$ref\":\"#\"}");

  private JsonChanges() {}

  /** The place of a value in what holds it. */
  sealed interface Place {
    JsonNode value();

    void set(JsonNode value);

    void remove();

    record Member(ObjectNode holder, String key) implements Place {
      @Override
      public JsonNode value() {
        return holder.required(key);
      }

      @Override
      public void set(JsonNode value) {
        holder.set(key, value);
      }

      @Override
      public void remove() {
        holder.remove(key);
      }
    }

    record Element(ArrayNode holder, int index) implements Place {
      @Override
      public JsonNode value() {
        return holder.get(index);
      }

      @Override
      public void set(JsonNode value) {
        holder.set(index, value);
      }

      @Override
      public void remove() {
        holder.remove(index);
      }
    }
  }

  /** Every place in a value, outer ones first. */
  static List<Place> places(JsonNode root) {
    List<Place> places = new ArrayList<>();
    collect(root, places);
    return places;
  }

  private static void collect(JsonNode node, List<Place> places) {
    List<Place> own = new ArrayList<>();
    switch (node) {
      case ObjectNode object ->
          List.copyOf(object.propertyNames())
              .forEach(key -> own.add(new Place.Member(object, key)));
      case ArrayNode list -> {
        for (int i = 0; i < list.size(); i++) {
          own.add(new Place.Element(list, i));
        }
      }
      default -> {}
    }
    places.addAll(own);
    own.forEach(place -> collect(place.value(), places));
  }

  /** Changes a value in place, one to three times; one that holds no other stays as it is. */
  public static void change(JsonNode root, FuzzedDataProvider data) {
    for (int left = data.consumeInt(1, 3); left > 0; left--) {
      List<Place> places = places(root);
      if (places.isEmpty()) {
        return;
      }
      changeOnce(places.get(data.consumeInt(0, places.size() - 1)), places, data);
    }
  }

  private static void changeOnce(Place place, List<Place> places, FuzzedDataProvider data) {
    JsonNode old = place.value();
    JsonNode other = places.get(data.consumeInt(0, places.size() - 1)).value();
    switch (data.consumeInt(0, 9)) {
      case 0 -> place.remove();
      case 1 -> place.set(Json.parse(data.pickValue(LITERALS)));
      case 2 -> place.set(StringNode.valueOf(data.consumeString(LONGEST)));
      case 3 -> {
        String text = data.consumeString(LONGEST);
        place.set(Json.tryParse(text).orElseGet(() -> StringNode.valueOf(text)));
      }
      case 4 -> place.set(other.deepCopy());
      case 5 -> place.set(repeated(old, data));
      case 6 -> rename(place, places, data);
      case 7 -> place.set(StringNode.valueOf(Json.compact(old)));
      case 8 -> place.set(Json.array().add(old));
      default -> place.set(edited(old, data));
    }
  }

  /** A list or an object with many copies of one of its values. */
  private static JsonNode repeated(JsonNode old, FuzzedDataProvider data) {
    JsonNode copy = old.deepCopy();
    if (!old.isEmpty()) {
      JsonNode value = places(old).get(data.consumeInt(0, old.size() - 1)).value();
      for (int i = 0; i < COPIES; i++) {
        switch (copy) {
          case ArrayNode list -> list.add(value.deepCopy());
          case ObjectNode object -> object.set("k" + i, value.deepCopy());
          default -> {}
        }
      }
    }
    return copy;
  }

  /** Moves a member to the key of another. */
  private static void rename(Place place, List<Place> places, FuzzedDataProvider data) {
    List<String> keys =
        places.stream()
            .filter(Place.Member.class::isInstance)
            .map(p -> ((Place.Member) p).key())
            .distinct()
            .toList();
    if (place instanceof Place.Member(ObjectNode holder, String _)) {
      JsonNode value = place.value();
      place.remove();
      holder.set(data.pickValue(keys), value);
    }
  }

  /** A text with something put into it; a text that holds JSON is changed as JSON. */
  private static JsonNode edited(JsonNode old, FuzzedDataProvider data) {
    if (!old.isString()) {
      return StringNode.valueOf(data.consumeString(LONGEST));
    }
    String text = old.stringValue();
    JsonNode inner = Json.tryParse(text).orElse(old);
    if (inner.isContainer()) {
      change(inner, data);
      return StringNode.valueOf(Json.compact(inner));
    }
    int from = data.consumeInt(0, text.length());
    int to = data.consumeInt(from, text.length());
    return StringNode.valueOf(
        text.substring(0, from) + data.consumeString(LONGEST) + text.substring(to));
  }
}
