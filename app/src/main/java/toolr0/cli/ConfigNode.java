package toolr0.cli;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A configuration as it was written: values with their places, not yet bound to types. */
sealed interface ConfigNode {

  /** Where the value begins. */
  Place place();

  /** What it is, in words, for messages. */
  String describe();

  /** What a scalar's text is in YAML's core schema. */
  enum ScalarKind {
    INTEGER("a whole number"),
    DECIMAL("a number"),
    BOOLEAN("true or false"),
    TEXT("a text"),
    NULL("nothing");

    private final String words;

    ScalarKind(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** One value. */
  record Scalar(Place place, ScalarKind kind, String text) implements ConfigNode {
    @Override
    public String describe() {
      return switch (kind) {
        case NULL -> "nothing";
        case TEXT -> "the text \"" + text + "\"";
        default -> text;
      };
    }
  }

  /** A list. */
  record Sequence(Place place, List<ConfigNode> items) implements ConfigNode {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /**
   * Keys and values in their order.
   *
   * @param whole whether it was written as one value; false when it is only the way to a key, as
   *     {@code a} is in {@code a.b=1}
   */
  record Mapping(Place place, SequencedMap<String, Entry> entries, boolean whole)
      implements ConfigNode {
    public Mapping {
      entries = new LinkedHashMap<>(entries);
    }

    @Override
    public String describe() {
      return "a block of keys";
    }

    /** The entry of one key, if there is one, and nothing else. */
    Mapping only(String key) {
      SequencedMap<String, Entry> kept = new LinkedHashMap<>();
      if (entries.get(key) instanceof Entry entry) {
        kept.put(key, entry);
      }
      return new Mapping(place, kept, whole);
    }

    /**
     * This mapping with another's entries written over it: a record's keys one by one; a map that
     * is written whole replaces the one that was there, and one that is only the way to a key
     * changes that key in it.
     *
     * @param type the record or map that both are bound to
     */
    Mapping overlaidWith(Mapping other, Type type) {
      SequencedMap<String, Entry> merged = new LinkedHashMap<>(entries);
      other.entries.forEach(
          (key, theirs) ->
              merged.merge(key, theirs, (ours, over) -> overlaid(ours, over, typeOf(type, key))));
      return new Mapping(place, merged, whole);
    }

    private static Entry overlaid(Entry ours, Entry over, Type type) {
      boolean keepsOthers =
          (type instanceof Class<?> c && c.isRecord())
              || (over.node() instanceof Mapping m && !m.whole());
      return keepsOthers
              && ours.node() instanceof Mapping under
              && over.node() instanceof Mapping block
          ? new Entry(ours.keyPlace(), under.overlaidWith(block, type))
          : over;
    }

    /** The type under a key; no record where there is no such key. */
    private static Type typeOf(Type owner, String key) {
      if (owner instanceof Class<?> type && type.isRecord()) {
        for (RecordComponent component : type.getRecordComponents()) {
          if (ConfigKeys.key(component.getName()).equals(key)) {
            return component.getGenericType();
          }
        }
      }
      return Object.class;
    }
  }

  /** A value under a key, with the key's place. */
  record Entry(Place keyPlace, ConfigNode node) {}
}
