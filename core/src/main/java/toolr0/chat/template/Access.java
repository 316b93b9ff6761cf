package toolr0.chat.template;

import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import toolr0.chat.template.Sequence.RangeValue;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Real;
import toolr0.chat.template.Value.Undefined;

/** What a value is made of: truth, length, elements, attributes. */
final class Access {
  private Access() {}

  static boolean truth(Value value) {
    return switch (value) {
      case Bool truth -> truth.value();
      case None _ -> false;
      case Undefined _ -> false;
      case Int number -> number.value().signum() != 0;
      case Real number -> number.value() != 0;
      default -> {
        OptionalInt length = length(value);
        yield length.isEmpty() || length.getAsInt() > 0;
      }
    };
  }

  /** The number of elements, empty when a value has none that could be counted. */
  static OptionalInt length(Value value) {
    return switch (value) {
      case Str text -> OptionalInt.of(text.length());
      case Sequence sequence -> OptionalInt.of(sequence.size());
      case DictValue dict -> OptionalInt.of(dict.size());
      case DictView view -> OptionalInt.of(view.dict().size());
      case LoopValue loop -> OptionalInt.of(loop.length());
      case Undefined _ -> OptionalInt.of(0);
      default -> OptionalInt.empty();
    };
  }

  /** Python's iter, empty when a value is not iterable. */
  static Optional<Iterator<Value>> iterator(Work work, Value value) {
    return switch (value) {
      case Str text -> Optional.of(charged(work, Work.OBJECT, characters(text).iterator()));
      case RangeValue range -> Optional.of(charged(work, Work.OBJECT, range.items().iterator()));
      case Sequence sequence -> Optional.of(charged(work, 1, sequence.items().iterator()));
      case DictValue dict -> Optional.of(charged(work, 1, dict.keys().iterator()));
      case DictView view -> {
        work.spend((long) Work.OBJECT * view.dict().size());
        yield Optional.of(charged(work, 1, view.items().iterator()));
      }
      case LazyValue lazy -> Optional.of(lazy.elements());
      case Undefined _ -> Optional.of(Collections.emptyIterator());
      case LoopValue _ -> throw Failure.unsupported("iterating over the variable loop");
      default -> Optional.empty();
    };
  }

  /** The elements of a value, one after the other. */
  static Iterator<Value> iterate(Work work, Value value) {
    return iterator(work, value)
        .orElseThrow(() -> new Failure("'%s' object is not iterable", value.typeName()));
  }

  /** The elements of a value. */
  static List<Value> list(Work work, Value value) {
    List<Value> items = new ArrayList<>();
    iterate(work, value).forEachRemaining(items::add);
    return items;
  }

  private static Iterator<Value> charged(Work work, int units, Iterator<Value> elements) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public Value next() {
        work.spend(units);
        return elements.next();
      }
    };
  }

  /** The characters of a text as texts. */
  static List<Value> characters(Str text) {
    Str plain = text.asMarkup(false);
    return new AbstractList<>() {
      @Override
      public Value get(int index) {
        return plain.charAt(index);
      }

      @Override
      public int size() {
        return plain.length();
      }
    };
  }

  /** {@code owner.name}: the attribute, otherwise the element of that name. */
  static Value attribute(Work work, Value owner, String name) {
    requireDefined(owner);
    return Methods.find(work, owner, name)
        .or(() -> element(owner, Str.of(name)))
        .orElseGet(() -> Undefined.attribute(owner, name));
  }

  /** {@code owner[key]}: the element, otherwise the attribute of that name. */
  static Value item(Work work, Value owner, Value key) {
    requireDefined(owner);
    return element(owner, key)
        .or(
            () ->
                key instanceof Str name ? Methods.find(work, owner, name.text()) : Optional.empty())
        .orElseGet(
            () ->
                key instanceof Str name
                    ? Undefined.attribute(owner, name.text())
                    : new Undefined(
                        "%s object has no element %s"
                            .formatted(owner.typeName(), Repr.of(work, key).text())));
  }

  private static void requireDefined(Value value) {
    if (value instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
  }

  private static Optional<Value> element(Value owner, Value key) {
    return switch (owner) {
      case DictValue dict -> isHashable(key) ? dict.get(key) : Optional.empty();
      case Sequence sequence when Numbers.isInteger(key) ->
          place(key, sequence.size()).map(i -> sequence.items().get(i));
      case Str text when Numbers.isInteger(key) -> place(key, text.length()).map(text::charAt);
      default -> Optional.empty();
    };
  }

  private static boolean isHashable(Value key) {
    return switch (key) {
      case Sequence.TupleValue tuple -> tuple.items().stream().allMatch(Access::isHashable);
      case Sequence.ListValue _ -> false;
      case DictValue _ -> false;
      default -> true;
    };
  }

  private static Optional<Integer> place(Value key, int size) {
    long index = Numbers.index(key);
    long place = index < 0 ? index + size : index;
    return place >= 0 && place < size ? Optional.of((int) place) : Optional.empty();
  }

  /** {@code owner[start:stop:step]}; an absent bound is None. */
  static Value slice(Work work, Value owner, Value start, Value stop, Value step) {
    requireDefined(owner);
    if (!(owner instanceof Str) && !(owner instanceof Sequence)) {
      throw new Failure("'%s' object has no slices", owner.typeName());
    }
    int size = length(owner).orElseThrow();
    long every = step == None.NONE ? 1 : bound(step);
    if (every == 0) {
      throw new Failure("slice step cannot be zero");
    }
    long lowest = every > 0 ? 0 : -1;
    long highest = every > 0 ? size : size - 1L;
    long from = clamp(start, every > 0 ? lowest : highest, size, lowest, highest);
    long to = clamp(stop, every > 0 ? highest : lowest, size, lowest, highest);
    long span = every > 0 ? to - from : from - to;
    int count = span <= 0 ? 0 : (int) ((span - 1) / Math.abs(every) + 1);
    work.spend(count);
    return switch (owner) {
      case RangeValue range -> range.slice((int) from, count, every);
      case Sequence sequence -> {
        List<Value> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          items.add(sequence.items().get((int) (from + i * every)));
        }
        yield sequence.with(items);
      }
      default -> {
        Str text = (Str) owner;
        if (every == 1) {
          yield text.slice((int) from, (int) from + count);
        }
        int[] chars = new int[count];
        for (int i = 0; i < count; i++) {
          chars[i] = text.markedAt((int) (from + i * every));
        }
        yield text.like(chars);
      }
    };
  }

  private static long clamp(Value bound, long absent, int size, long lowest, long highest) {
    if (bound == None.NONE) {
      return absent;
    }
    long place = bound(bound);
    return Math.clamp(place < 0 ? place + size : place, lowest, highest);
  }

  private static long bound(Value value) {
    if (!Numbers.isInteger(value)) {
      throw new Failure("slice indices must be integers or None, not %s", value.typeName());
    }
    BigInteger number = Numbers.integer(value);
    return number.bitLength() < 32 ? number.longValue() : number.signum() * (1L << 32);
  }
}
