package toolr0.chat.template;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A dict; templates cannot change it. Keys keep their order. */
final class DictValue implements Value {
  private final Map<Value, Value> entries;
  private final int nesting;

  /**
   * A dict.
   *
   * @param entries not copied, and not changed any more; its keys are hashable
   */
  DictValue(Map<Value, Value> entries) {
    this.entries = entries;
    this.nesting = Value.nestingAround(entries.values());
  }

  /** A dict with keys that are texts of the template. */
  static DictValue ofNames(Map<String, Value> entries) {
    Map<Value, Value> keyed = new LinkedHashMap<>();
    entries.forEach((name, value) -> keyed.put(Str.of(name), value));
    return new DictValue(keyed);
  }

  /** A value that can be a key. */
  static Value hashable(Value key) {
    switch (key) {
      case Sequence.TupleValue tuple -> tuple.items().forEach(DictValue::hashable);
      case Sequence.ListValue list -> throw unhashable(list);
      case DictValue dict -> throw unhashable(dict);
      default -> {}
    }
    return key;
  }

  private static Failure unhashable(Value value) {
    return new Failure("unhashable type: '%s'", value.typeName());
  }

  /** The value of a hashable key. */
  Optional<Value> get(Value key) {
    return Optional.ofNullable(entries.get(key));
  }

  Set<Value> keys() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  Collection<Value> values() {
    return Collections.unmodifiableCollection(entries.values());
  }

  Set<Map.Entry<Value, Value>> entries() {
    return Collections.unmodifiableMap(entries).entrySet();
  }

  int size() {
    return entries.size();
  }

  @Override
  public int nesting() {
    return nesting;
  }

  @Override
  public String typeName() {
    return "dict";
  }
}
