package toolr0.chat.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import toolr0.chat.template.Callable.Function;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.RangeValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Real;
import toolr0.chat.template.Value.Undefined;

/**
 * The attributes of values, which come before the elements of the same name. As in Jinja2's
 * immutable sandbox, methods that change their owner are not there.
 */
@SuppressWarnings("ReferenceEquality") // Python looks at identity before equality
final class Methods {
  private static final Set<String> INTERNAL =
      Set.of(
          ("__add__ __bool__ __class__ __class_getitem__ __contains__ __delattr__ __delitem__"
                  + " __dict__ __dir__ __doc__ __eq__ __format__ __ge__ __getattribute__"
                  + " __getitem__ __getstate__ __gt__ __hash__ __init__ __init_subclass__"
                  + " __iter__ __le__ __len__ __lt__ __mod__ __module__ __mul__ __ne__ __new__"
                  + " __reduce__ __reduce_ex__ __repr__ __reversed__ __rmul__ __setattr__"
                  + " __setitem__ __sizeof__ __str__ __subclasshook__")
              .split(" "));
  private static final Set<String> CHANGING_LIST =
      Set.of("append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort");
  private static final Set<String> CHANGING_DICT =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> NUMBER =
      Set.of(
          "as_integer_ratio",
          "bit_count",
          "bit_length",
          "conjugate",
          "denominator",
          "from_bytes",
          "imag",
          "is_integer",
          "numerator",
          "real",
          "to_bytes",
          "fromhex",
          "hex");

  private Methods() {}

  /** An attribute, empty when the value has none of the name. */
  static Optional<Value> find(Work work, Value owner, String name) {
    if (INTERNAL.contains(name)) {
      return Optional.of(Undefined.unsafe(owner, name));
    }
    return switch (owner) {
      case Str text ->
          StrMethods.NAMES.contains(name)
              ? method(name, a -> StrMethods.call(work, text, name, a))
              : Optional.empty();
      case DictValue dict -> ofDict(dict, name);
      case Sequence sequence -> ofSequence(work, sequence, name);
      case NamespaceValue namespace ->
          Optional.ofNullable(namespace.attributes().get(name))
              .map(v -> name.startsWith("_") ? Undefined.unsafe(owner, name) : v);
      case LoopValue loop -> loop.attribute(work, name);
      case CyclerValue cycler -> ofCycler(cycler, name);
      case Callable.Macro macro -> ofMacro(macro, name);
      case Callable.Joiner joiner ->
          switch (name) {
            case "sep" -> Optional.of(joiner.separator());
            case "used" -> Optional.of(Bool.of(joiner.isUsed()));
            default -> Optional.empty();
          };
      case Int _, Bool _, Real _ ->
          NUMBER.contains(name) ? ofNumber(owner, name) : Optional.empty();
      case DictView _ when name.equals("isdisjoint") || name.equals("mapping") ->
          throw unsupported(owner, name);
      case DictView _, LazyValue _, Function _, None _, Undefined _ -> Optional.empty();
    };
  }

  private static Optional<Value> method(String name, Callable.Body body) {
    return Optional.of(new Function(name, body));
  }

  private static Optional<Value> ofDict(DictValue dict, String name) {
    if (CHANGING_DICT.contains(name)) {
      return Optional.of(Undefined.unsafe(dict, name));
    }
    return switch (name) {
      case "get" ->
          method(
              name,
              a -> {
                List<Value> given = a.positional(name, 1, 2);
                return dict.get(DictValue.hashable(given.getFirst()))
                    .orElse(given.size() > 1 ? given.get(1) : None.NONE);
              });
      case "keys" -> method(name, a -> view(dict, DictView.Part.KEYS, name, a));
      case "values" -> method(name, a -> view(dict, DictView.Part.VALUES, name, a));
      case "items" -> method(name, a -> view(dict, DictView.Part.ITEMS, name, a));
      case "copy" ->
          method(
              name,
              a -> {
                a.positional(name, 0, 0);
                return dict;
              });
      case "fromkeys" -> throw Failure.unsupported("the method fromkeys of dict");
      default -> Optional.empty();
    };
  }

  private static Value view(DictValue dict, DictView.Part part, String name, Arguments arguments) {
    arguments.positional(name, 0, 0);
    return new DictView(dict, part);
  }

  private static Optional<Value> ofSequence(Work work, Sequence sequence, String name) {
    if (sequence instanceof ListValue && CHANGING_LIST.contains(name)) {
      return Optional.of(Undefined.unsafe(sequence, name));
    }
    if (sequence instanceof TupleValue tuple && tuple.isGroup()) {
      if (name.equals("grouper") || name.equals("list")) {
        return Optional.of(tuple.items().get(name.equals("list") ? 1 : 0));
      }
    }
    if (sequence instanceof RangeValue range) {
      switch (name) {
        case "start" -> {
          return Optional.of(new Int(range.start()));
        }
        case "stop" -> {
          return Optional.of(new Int(range.stop()));
        }
        case "step" -> {
          return Optional.of(new Int(range.step()));
        }
        default -> {}
      }
    }
    return switch (name) {
      case "count" -> method(name, a -> count(work, sequence, a.positional(name, 1, 1)));
      case "index" -> method(name, a -> index(work, sequence, a.positional(name, 1, 3)));
      case "copy" ->
          sequence instanceof ListValue list
              ? method(
                  name,
                  a -> {
                    a.positional(name, 0, 0);
                    return new ListValue(list.items());
                  })
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Value count(Work work, Sequence sequence, List<Value> given) {
    int count = 0;
    for (Value item : sequence.items()) {
      count += Comparison.matches(work, item, given.getFirst()) ? 1 : 0;
    }
    return Int.of(count);
  }

  private static Value index(Work work, Sequence sequence, List<Value> given) {
    int size = sequence.size();
    int from = given.size() > 1 ? place(given.get(1), size) : 0;
    int to = given.size() > 2 ? place(given.get(2), size) : size;
    for (int i = from; i < to; i++) {
      Value item = sequence.items().get(i);
      if (Comparison.matches(work, item, given.getFirst())) {
        return Int.of(i);
      }
    }
    throw new Failure("the value is not in the %s", sequence.typeName());
  }

  private static int place(Value value, int size) {
    long place = Numbers.index(value);
    return Math.clamp(place < 0 ? place + size : place, 0, size);
  }

  private static Optional<Value> ofNumber(Value owner, String name) {
    if (owner instanceof Real number) {
      return switch (name) {
        case "real" -> Optional.of(owner);
        case "imag" -> Optional.of(new Real(0));
        case "is_integer" ->
            method(
                name,
                a -> {
                  a.positional(name, 0, 0);
                  double real = number.value();
                  return Bool.of(Double.isFinite(real) && real == Math.rint(real));
                });
        default -> throw unsupported(owner, name);
      };
    }
    return switch (name) {
      case "real", "numerator" -> Optional.of(Operators.sign("+", owner));
      case "imag" -> Optional.of(Int.of(0));
      case "denominator" -> Optional.of(Int.of(1));
      case "bit_length" ->
          method(
              name,
              a -> {
                a.positional(name, 0, 0);
                return Int.of(Numbers.integer(owner).abs().bitLength());
              });
      default -> throw unsupported(owner, name);
    };
  }

  private static Failure unsupported(Value owner, String name) {
    return Failure.unsupported("the attribute %s of %s".formatted(name, owner.typeName()));
  }

  private static Optional<Value> ofCycler(CyclerValue cycler, String name) {
    return switch (name) {
      case "current" -> Optional.of(cycler.current());
      case "items" -> Optional.of(new TupleValue(cycler.values()));
      case "pos" -> Optional.of(Int.of(cycler.place()));
      case "next" ->
          method(
              name,
              a -> {
                a.positional(name, 0, 0);
                return cycler.next();
              });
      case "reset" ->
          method(
              name,
              a -> {
                a.positional(name, 0, 0);
                cycler.reset();
                return None.NONE;
              });
      default -> Optional.empty();
    };
  }

  private static Optional<Value> ofMacro(Callable.Macro macro, String name) {
    return switch (name) {
      case "name" -> Optional.of(Str.of(macro.name()));
      case "arguments" ->
          Optional.of(new TupleValue(macro.parameters().stream().<Value>map(Str::of).toList()));
      case "catch_kwargs" -> Optional.of(Bool.of(macro.takesKeywords()));
      case "catch_varargs" -> Optional.of(Bool.of(macro.takesPositionals()));
      case "caller" -> Optional.of(Bool.of(macro.takesCaller()));
      default -> Optional.empty();
    };
  }

  /** Entries from the arguments of Python's dict: a dict or pairs, then names. */
  static Map<Value, Value> entries(Work work, String function, Arguments arguments) {
    if (arguments.positional().size() > 1) {
      throw new Failure(
          "%s expected at most 1 argument, got %d", function, arguments.positional().size());
    }
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (Value given : arguments.positional()) {
      if (given instanceof DictValue dict) {
        work.spend(dict.size());
        dict.entries().forEach(e -> entries.put(e.getKey(), e.getValue()));
      } else {
        for (Value pair : Access.list(work, given)) {
          List<Value> parts = Access.list(work, pair);
          if (parts.size() != 2) {
            throw new Failure("%s wants pairs of a key and a value", function);
          }
          entries.put(DictValue.hashable(parts.get(0)), parts.get(1));
        }
      }
    }
    arguments.named().forEach((name, value) -> entries.put(Str.of(name), value));
    return entries;
  }
}
