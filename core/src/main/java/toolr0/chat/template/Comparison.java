package toolr0.chat.template;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.RangeValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.Undefined;

/** Python's comparisons. */
@SuppressWarnings("ReferenceEquality") // Python looks at identity before equality
final class Comparison {
  private static final int SMALLEST_SHARED_INTEGER = -5;
  private static final int LARGEST_SHARED_INTEGER = 256;

  private Comparison() {}

  /** Python's ==. */
  static boolean equal(Work work, Value a, Value b) {
    if (isSame(a, b)) {
      return !Numbers.isNaN(a);
    }
    work.spend(1);
    return switch (a) {
      case Str text -> {
        work.spend(text.length());
        yield text.equals(b);
      }
      case ListValue list ->
          b instanceof ListValue other && equalItems(work, list.items(), other.items());
      case TupleValue tuple ->
          b instanceof TupleValue other && equalItems(work, tuple.items(), other.items());
      case DictValue dict -> b instanceof DictValue other && equalDicts(work, dict, other);
      case DictView view when view.part() != DictView.Part.VALUES && b instanceof DictView ->
          throw Failure.unsupported("comparing " + a.typeName() + " with " + b.typeName());
      case DictView _ -> false;
      default -> a.equals(b);
    };
  }

  /** Whether two values are one object, which makes them alike even where they are not equal. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Value a, Value b) {
    return a == b;
  }

  /** How Python compares what containers hold: the same object or equal. */
  static boolean matches(Work work, Value a, Value b) {
    return isSame(a, b) || equal(work, a, b);
  }

  static boolean equalItems(Work work, List<Value> a, List<Value> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!matches(work, a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalDicts(Work work, DictValue a, DictValue b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<Value, Value> entry : a.entries()) {
      Optional<Value> other = b.get(entry.getKey());
      if (other.isEmpty() || !matches(work, entry.getValue(), other.get())) {
        return false;
      }
    }
    return true;
  }

  /** Python's &lt;, or another order, by its sign. */
  static boolean ordered(Work work, Value a, String operator, Value b) {
    if (a instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (b instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (Numbers.isNaN(a) || Numbers.isNaN(b)) {
      if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
        return false;
      }
      throw unordered(a, operator, b);
    }
    int order = compare(work, a, operator, b);
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  /** The order in which the filters sort. */
  static int compare(Work work, Value a, Value b) {
    return ordered(work, a, "<", b) ? -1 : ordered(work, b, "<", a) ? 1 : 0;
  }

  private static int compare(Work work, Value a, String operator, Value b) {
    work.spend(1);
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      return Numbers.compare(a, b);
    }
    if (a instanceof Str left && b instanceof Str right) {
      work.spend(Math.min(left.length(), right.length()));
      return left.compareTo(right);
    }
    if ((a instanceof ListValue && b instanceof ListValue)
        || (a instanceof TupleValue && b instanceof TupleValue)) {
      return compareItems(work, ((Sequence) a).items(), operator, ((Sequence) b).items());
    }
    throw unordered(a, operator, b);
  }

  private static int compareItems(Work work, List<Value> a, String operator, List<Value> b) {
    int common = Math.min(a.size(), b.size());
    for (int i = 0; i < common; i++) {
      if (!matches(work, a.get(i), b.get(i))) {
        return ordered(work, a.get(i), operator, b.get(i))
            ? operator.startsWith("<") ? -1 : 1
            : operator.startsWith("<") ? 1 : -1;
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static Failure unordered(Value a, String operator, Value b) {
    return new Failure(
        "'%s' not supported between instances of '%s' and '%s'",
        operator, a.typeName(), b.typeName());
  }

  /** Python's in. */
  @SuppressWarnings("RefactorSwitch")
  static boolean contains(Work work, Value container, Value item) {
    return switch (container) {
      case Str text -> {
        if (!(item instanceof Str part)) {
          throw new Failure(
              "'in <string>' requires string as left operand, not %s", item.typeName());
        }
        work.spend(text.length() + part.length());
        yield text.contains(part);
      }
      case DictValue dict -> dict.get(DictValue.hashable(item)).isPresent();
      case DictView view when view.part() == DictView.Part.KEYS ->
          view.dict().get(DictValue.hashable(item)).isPresent();
      case RangeValue range when Numbers.isInteger(item) -> contains(range, item);
      default -> isAmong(work, container, item);
    };
  }

  private static boolean isAmong(Work work, Value container, Value item) {
    Iterator<Value> elements =
        Access.iterator(work, container)
            .orElseThrow(
                () -> new Failure("argument of type '%s' is not iterable", container.typeName()));
    while (elements.hasNext()) {
      if (matches(work, elements.next(), item)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(RangeValue range, Value item) {
    var offset = Numbers.integer(item).subtract(range.start());
    var places = offset.divideAndRemainder(range.step());
    return places[1].signum() == 0
        && places[0].signum() >= 0
        && places[0].bitLength() < 32
        && places[0].intValue() < range.length();
  }

  /**
   * Python's is.
   *
   * @throws Failure where it depends on how Python stores equal values
   */
  static boolean identical(Work work, Value a, Value b) {
    if (isSame(a, b)) {
      return true;
    }
    if (a instanceof Value.Bool x && b instanceof Value.Bool y) {
      return x.value() == y.value();
    }
    if (a instanceof Int x && b instanceof Int y && x.equals(y)) {
      int number = Numbers.index(x);
      if (number >= SMALLEST_SHARED_INTEGER && number <= LARGEST_SHARED_INTEGER) {
        return true;
      }
    }
    boolean mayBeShared =
        a.getClass() == b.getClass()
            && (a instanceof Str
                || a instanceof Int
                || a instanceof Value.Real
                || a instanceof TupleValue);
    if (mayBeShared && equal(work, a, b)) {
      throw Failure.unsupported("asking whether two equal values are one and the same");
    }
    return false;
  }
}
