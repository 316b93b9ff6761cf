package toolr0.chat.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import toolr0.chat.template.Arguments.Bound;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Undefined;

/** The filters on the elements of a value. */
final class ElementFilters {
  private final Work work;
  private final String name;
  private final Value subject;
  private final Arguments arguments;

  private ElementFilters(Work work, String name, Value subject, Arguments arguments) {
    this.work = work;
    this.name = name;
    this.subject = subject;
    this.arguments = arguments;
  }

  static Value apply(Work work, String name, Value subject, Arguments arguments) {
    return new ElementFilters(work, name, subject, arguments).apply();
  }

  private Value apply() {
    return switch (name) {
      case "map" -> lazy(() -> mapped(Access.iterate(work, subject), mapping()));
      case "select" -> lazy(() -> filtered(Access.iterate(work, subject), test(false)));
      case "reject" -> lazy(() -> filtered(Access.iterate(work, subject), test(false).negate()));
      case "selectattr" -> lazy(() -> filtered(Access.iterate(work, subject), test(true)));
      case "rejectattr" -> lazy(() -> filtered(Access.iterate(work, subject), test(true).negate()));
      case "unique" -> unique(arguments.bind(name, "case_sensitive?", "attribute?"));
      case "items" -> items();
      case "batch" -> batch(arguments.bind(name, "linecount", "fill_with?"));
      case "slice" -> slices(arguments.bind(name, "slices", "fill_with?"));
      case "reverse" -> reverse();
      case "sort" -> sort(arguments.bind(name, "reverse?", "case_sensitive?", "attribute?"));
      case "dictsort" -> dictSort(arguments.bind(name, "case_sensitive?", "by?", "reverse?"));
      case "groupby" -> groupBy(arguments.bind(name, "attribute", "default?", "case_sensitive?"));
      case "min", "max" -> extreme(arguments.bind(name, "case_sensitive?", "attribute?"));
      case "sum" -> sum(arguments.bind(name, "attribute?", "start?"));
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** A generator that looks at nothing before its first element is asked for. */
  private LazyValue lazy(Supplier<Iterator<Value>> elements) {
    return LazyValue.generator(
        new Iterator<>() {
          private Optional<Iterator<Value>> started = Optional.empty();

          private Iterator<Value> elements() {
            if (started.isEmpty()) {
              started =
                  Optional.of(Access.truth(subject) ? elements.get() : Collections.emptyIterator());
            }
            return started.get();
          }

          @Override
          public boolean hasNext() {
            return elements().hasNext();
          }

          @Override
          public Value next() {
            return elements().next();
          }
        });
  }

  private static Iterator<Value> mapped(Iterator<Value> elements, Function<Value, Value> mapping) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public Value next() {
        return mapping.apply(elements.next());
      }
    };
  }

  /** The elements that a test holds for; it is asked about one only when the next is wanted. */
  static Iterator<Value> filtered(Iterator<Value> elements, Predicate<Value> test) {
    return new Iterator<>() {
      private Optional<Value> next = Optional.empty();

      @Override
      public boolean hasNext() {
        while (next.isEmpty() && elements.hasNext()) {
          next = Optional.of(elements.next()).filter(test);
        }
        return next.isPresent();
      }

      @Override
      public Value next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Value value = next.orElseThrow();
        next = Optional.empty();
        return value;
      }
    };
  }

  private Function<Value, Value> mapping() {
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Bound bound = new Arguments(List.of(), arguments.named()).bind(name, "attribute", "default?");
      AttributePath path = AttributePath.of(bound.get(0)).orElse(bound.present(1));
      return element -> path.get(work, element);
    }
    if (arguments.positional().isEmpty()) {
      throw new Failure("map requires a filter argument");
    }
    String filter = word(arguments.positional().getFirst());
    Arguments rest = arguments.rest();
    return element -> BuiltinFilters.apply(work, filter, element, rest);
  }

  private Predicate<Value> test(boolean byAttribute) {
    Arguments rest = arguments;
    AttributePath path = new AttributePath(List.of(), Optional.empty());
    if (byAttribute) {
      if (rest.positional().isEmpty()) {
        throw new Failure("Missing parameter for attribute name");
      }
      path = AttributePath.of(rest.positional().getFirst());
      rest = rest.rest();
    }
    AttributePath of = path;
    if (rest.positional().isEmpty()) {
      return element -> Access.truth(of.get(work, element));
    }
    String test = word(rest.positional().getFirst());
    Arguments operands = rest.rest();
    return element -> BuiltinTests.apply(work, test, of.get(work, element), operands);
  }

  private static String word(Value value) {
    if (value instanceof Str text) {
      return text.text();
    }
    throw new Failure("expected the name of a filter or test, not %s", value.typeName());
  }

  private Value folded(Value value) {
    return value instanceof Str text ? Casing.lower(work, text) : value;
  }

  private Function<Value, Value> key(boolean caseSensitive, AttributePath path) {
    return caseSensitive
        ? element -> path.get(work, element)
        : element -> folded(path.get(work, element));
  }

  private static AttributePath path(Optional<Value> attribute) {
    return AttributePath.of(attribute.orElse(None.NONE));
  }

  private Value unique(Bound bound) {
    Function<Value, Value> key = key(bound.flag(0), path(bound.find(1)));
    Set<Value> seen = new HashSet<>();
    return LazyValue.generator(
        filtered(
            Access.iterate(work, subject),
            element -> seen.add(DictValue.hashable(key.apply(element)))));
  }

  private Value items() {
    arguments.bind(name);
    if (subject instanceof Undefined) {
      return LazyValue.generator(Collections.emptyIterator());
    }
    if (subject instanceof DictValue dict) {
      return LazyValue.generator(Access.iterate(work, new DictView(dict, DictView.Part.ITEMS)));
    }
    throw new Failure("Can only get item pairs from a mapping.");
  }

  private Value batch(Bound bound) {
    int size = Numbers.index(bound.get(0));
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    for (Value element : Access.list(work, subject)) {
      if (batch.size() == size) {
        batches.add(new ListValue(batch));
        batch = new ArrayList<>();
      }
      batch.add(element);
    }
    if (!batch.isEmpty()) {
      if (bound.present(1).isPresent() && batch.size() < size) {
        work.spend(size - batch.size());
        batch.addAll(Collections.nCopies(size - batch.size(), bound.get(1)));
      }
      batches.add(new ListValue(batch));
    }
    return LazyValue.generator(batches.iterator());
  }

  private Value slices(Bound bound) {
    int slices = Numbers.index(bound.get(0));
    List<Value> elements = Access.list(work, subject);
    if (slices == 0) {
      throw new Failure("integer division or modulo by zero");
    }
    work.spend(Math.max(0, slices));
    List<Value> result = new ArrayList<>();
    int size = Math.floorDiv(elements.size(), slices);
    int longer = Math.floorMod(elements.size(), slices);
    int start = 0;
    for (int i = 0; i < slices; i++) {
      int end = start + size + (i < longer ? 1 : 0);
      List<Value> slice = new ArrayList<>(elements.subList(start, end));
      if (i >= longer) {
        bound.present(1).ifPresent(slice::add);
      }
      result.add(new ListValue(slice));
      start = end;
    }
    return LazyValue.generator(result.iterator());
  }

  private Value reverse() {
    arguments.bind(name);
    if (subject instanceof Str text) {
      work.spend(text.length());
      return text.reversed();
    }
    Optional<Iterator<Value>> reversed = reversed(work, subject);
    if (reversed.isPresent()) {
      return new LazyValue("reversed", reversed.get());
    }
    List<Value> elements = Access.list(work, subject);
    Collections.reverse(elements);
    return new ListValue(elements);
  }

  /** Python's reversed, empty for values that only go forward. */
  static Optional<Iterator<Value>> reversed(Work work, Value value) {
    return switch (value) {
      case Str _, Sequence _, DictValue _, DictView _, Undefined _ -> {
        List<Value> elements = Access.list(work, value);
        Collections.reverse(elements);
        yield Optional.of(elements.iterator());
      }
      default -> Optional.empty();
    };
  }

  /** An element with the key that it is sorted by. */
  private record Keyed(Value key, Value element) {}

  private List<Value> sorted(List<Value> elements, Function<Value, Value> key, boolean descending) {
    List<Keyed> keyed = new ArrayList<>();
    for (Value element : elements) {
      keyed.add(new Keyed(key.apply(element), element));
    }
    Comparator<Keyed> order = (a, b) -> Comparison.compare(work, a.key, b.key);
    try {
      keyed.sort(descending ? order.reversed() : order);
    } catch (IllegalArgumentException e) {
      throw Failure.unsupported("sorting values without an order, such as NaN");
    }
    List<Value> result = new ArrayList<>();
    keyed.forEach(k -> result.add(k.element));
    return result;
  }

  private Value sort(Bound bound) {
    Value attribute = bound.or(2, None.NONE);
    List<AttributePath> paths = new ArrayList<>();
    if (attribute instanceof Str list) {
      for (String path : list.text().split(",", -1)) {
        paths.add(AttributePath.of(Str.of(path)));
      }
    } else {
      paths.add(AttributePath.of(attribute));
    }
    boolean caseSensitive = bound.flag(1);
    Function<Value, Value> key =
        element ->
            new ListValue(paths.stream().map(p -> key(caseSensitive, p).apply(element)).toList());
    return new ListValue(sorted(Access.list(work, subject), key, bound.flag(0)));
  }

  private Value dictSort(Bound bound) {
    if (!(subject instanceof DictValue dict)) {
      throw new Failure("dictsort wants a mapping, not %s", subject.typeName());
    }
    String by = bound.text(1).orElse(Str.of("key")).text();
    if (!by.equals("key") && !by.equals("value")) {
      throw new Failure("You can only sort by either \"key\" or \"value\"");
    }
    AttributePath part = AttributePath.of(Int.of(by.equals("key") ? 0 : 1));
    return new ListValue(
        sorted(
            Access.list(work, new DictView(dict, DictView.Part.ITEMS)),
            key(bound.flag(0), part),
            bound.flag(2)));
  }

  private Value groupBy(Bound bound) {
    AttributePath path = AttributePath.of(bound.get(0)).orElse(bound.present(1));
    Function<Value, Value> key = key(bound.flag(2), path);
    List<Value> groups = new ArrayList<>();
    List<Value> group = new ArrayList<>();
    Optional<Value> last = Optional.empty();
    for (Value element : sorted(Access.list(work, subject), key, false)) {
      Value next = key.apply(element);
      if (last.isPresent() && !Comparison.equal(work, last.get(), next)) {
        groups.add(group(path, group));
        group = new ArrayList<>();
      }
      last = Optional.of(next);
      group.add(element);
    }
    if (!group.isEmpty()) {
      groups.add(group(path, group));
    }
    return new ListValue(groups);
  }

  private Value group(AttributePath path, List<Value> elements) {
    return TupleValue.group(path.get(work, elements.getFirst()), new ListValue(elements));
  }

  private Value extreme(Bound bound) {
    Function<Value, Value> key = key(bound.flag(0), path(bound.find(1)));
    Iterator<Value> elements = Access.iterate(work, subject);
    if (!elements.hasNext()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    Value best = elements.next();
    Value bestKey = key.apply(best);
    while (elements.hasNext()) {
      Value element = elements.next();
      Value next = key.apply(element);
      if (Comparison.ordered(work, next, name.equals("min") ? "<" : ">", bestKey)) {
        best = element;
        bestKey = next;
      }
    }
    return best;
  }

  private Value sum(Bound bound) {
    AttributePath path = path(bound.find(0));
    Value sum = bound.or(1, Int.of(0));
    if (sum instanceof Str) {
      throw new Failure("sum() can't sum strings");
    }
    for (Iterator<Value> i = Access.iterate(work, subject); i.hasNext(); ) {
      sum = Operators.apply(work, "+", sum, path.get(work, i.next()));
    }
    return sum;
  }
}
