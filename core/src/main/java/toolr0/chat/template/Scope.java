package toolr0.chat.template;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The variables of a body, and those around it. */
final class Scope {
  private final Optional<Scope> around;
  private final Map<String, Value> values;

  private Scope(Optional<Scope> around, Map<String, Value> values) {
    this.around = around;
    this.values = values;
  }

  /** The outermost scope. */
  static Scope of(Map<String, Value> values) {
    return new Scope(Optional.empty(), new HashMap<>(values));
  }

  /**
   * A scope in this one.
   *
   * @param hidden names that are undefined in it at first, whatever they are around it
   */
  Scope inner(List<String> hidden) {
    Scope inner = new Scope(Optional.of(this), new HashMap<>());
    hidden.forEach(inner::hide);
    return inner;
  }

  void set(String name, Value value) {
    values.put(name, value);
  }

  /** Makes a name undefined. */
  void hide(String name) {
    set(name, Value.Undefined.name(name));
  }

  /** The value of a name, which may be undefined. */
  Value get(String name) {
    Optional<Scope> scope = Optional.of(this);
    while (scope.isPresent()) {
      Value value = scope.get().values.get(name);
      if (value != null) {
        return value;
      }
      scope = scope.get().around;
    }
    return Value.Undefined.name(name);
  }
}
