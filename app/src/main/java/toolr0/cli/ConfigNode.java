package toolr0.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Keys and values in their order. */
  record Mapping(Place place, SequencedMap<String, Entry> entries) implements ConfigNode {
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
      return new Mapping(place, kept);
    }

    /** This mapping with another's entries written over it, block by block. */
    Mapping overlaidWith(Mapping other) {
      SequencedMap<String, Entry> merged = new LinkedHashMap<>(entries);
      for (Map.Entry<String, Entry> theirs : other.entries.entrySet()) {
        Entry value = theirs.getValue();
        if (merged.get(theirs.getKey()) instanceof Entry(Place keyPlace, Mapping ours)
            && value.node() instanceof Mapping block) {
          merged.put(theirs.getKey(), new Entry(keyPlace, ours.overlaidWith(block)));
        } else {
          merged.put(theirs.getKey(), value);
        }
      }
      return new Mapping(place, merged);
    }
  }

  /** A value under a key, with the key's place. */
  record Entry(Place keyPlace, ConfigNode node) {}
}
