package toolr0.chat.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/**
 * The variable loop of a for loop. It reads one element ahead only when it is asked what comes
 * next, because a loop's filter may look at what its body sets.
 */
final class LoopValue implements Callable {
  private Iterator<Value> elements;
  private OptionalInt length;
  private final int depth0;
  private final Optional<BiFunction<Value, Integer, Value>> recursion;

  private int index0 = -1;
  private Optional<Value> before = Optional.empty();
  private Optional<Value> current = Optional.empty();
  private Optional<Value> after = Optional.empty();
  private Optional<List<Value>> changed = Optional.empty();

  /**
   * A loop that has not begun.
   *
   * @param length of the elements, where it is known beforehand
   * @param depth0 how many calls of a recursive loop it stands in
   * @param recursion renders a recursive loop over other elements at a depth
   */
  LoopValue(
      Iterator<Value> elements,
      OptionalInt length,
      int depth0,
      Optional<BiFunction<Value, Integer, Value>> recursion) {
    this.elements = elements;
    this.length = length;
    this.depth0 = depth0;
    this.recursion = recursion;
  }

  /** The next element, empty at the end. */
  Optional<Value> advance() {
    Optional<Value> next = peek();
    after = Optional.empty();
    if (next.isPresent()) {
      index0++;
      before = current;
      current = next;
    }
    return next;
  }

  private Optional<Value> peek() {
    if (after.isEmpty()) {
      try {
        after = elements.hasNext() ? Optional.of(elements.next()) : Optional.empty();
      } catch (NoSuchElementException e) {
        throw new IllegalStateException(e);
      }
    }
    return after;
  }

  int length() {
    if (length.isEmpty()) {
      List<Value> rest = new ArrayList<>();
      elements.forEachRemaining(rest::add);
      elements = rest.iterator();
      length = OptionalInt.of(rest.size() + index0 + 1 + (after.isPresent() ? 1 : 0));
    }
    return length.getAsInt();
  }

  /** An attribute of the variable loop, empty when there is no such one. */
  Optional<Value> attribute(Work work, String name) {
    return Optional.ofNullable(
        switch (name) {
          case "index" -> Int.of(index0 + 1);
          case "index0" -> Int.of(index0);
          case "revindex" -> Int.of(length() - index0);
          case "revindex0" -> Int.of(length() - index0 - 1);
          case "first" -> Bool.of(index0 == 0);
          case "last" -> Bool.of(peek().isEmpty());
          case "length" -> Int.of(length());
          case "depth" -> Int.of(depth0 + 1);
          case "depth0" -> Int.of(depth0);
          case "previtem" -> before.orElseGet(() -> new Undefined("there is no previous item"));
          case "nextitem" -> peek().orElseGet(() -> new Undefined("there is no next item"));
          case "cycle" -> new Function("cycle", this::cycle);
          case "changed" -> new Function("changed", a -> changed(work, a));
          default -> null;
        });
  }

  private Value cycle(Arguments arguments) {
    List<Value> values = arguments.positional("cycle", 1, Integer.MAX_VALUE);
    return values.get(index0 % values.size());
  }

  private Value changed(Work work, Arguments arguments) {
    List<Value> values = arguments.positional("changed", 0, Integer.MAX_VALUE);
    boolean same = changed.isPresent() && Comparison.equalItems(work, changed.get(), values);
    changed = Optional.of(values);
    return Bool.of(!same);
  }

  @Override
  public Value call(Arguments arguments) {
    List<Value> values = arguments.positional("loop", 1, 1);
    return recursion
        .orElseThrow(
            () -> new Failure("the loop must have the 'recursive' marker to be called recursively"))
        .apply(values.getFirst(), depth0 + 1);
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public String toString() {
    return "<LoopContext " + (index0 + 1) + "/" + length() + ">";
  }
}
