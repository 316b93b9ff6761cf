package toolr0.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of a call.
 *
 * @param positional those without a name
 * @param named those with one, in order
 */
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  static Arguments of(Value... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  /** The same without the first of the positional ones, of which there has to be one. */
  Arguments rest() {
    return new Arguments(positional.subList(1, positional.size()), named);
  }

  /**
   * The positional arguments of a function that knows no names.
   *
   * @throws Failure when there are names, or too few or too many arguments
   */
  List<Value> positional(String function, int least, int most) {
    if (!named.isEmpty()) {
      throw new Failure("%s() takes no keyword arguments", function);
    }
    if (positional.size() < least || positional.size() > most) {
      throw new Failure(
          "%s() takes %s, not %d",
          function,
          least == most
              ? (least == 0 ? "no arguments" : least + " argument(s)")
              : "from " + least + " to " + most + " arguments",
          positional.size());
    }
    return positional;
  }

  /**
   * The arguments by the parameters of a function.
   *
   * @param parameters their names, in order; a name that ends in "?" may be left out
   * @throws Failure when one is missing, unknown, given twice, or when there are too many
   */
  Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Failure(
          "%s takes at most %d argument(s), not %d",
          function, parameters.length, positional.size());
    }
    Map<String, Value> unused = new LinkedHashMap<>(named);
    List<Optional<Value>> values = new ArrayList<>();
    for (int i = 0; i < parameters.length; i++) {
      boolean optional = parameters[i].endsWith("?");
      String name =
          optional ? parameters[i].substring(0, parameters[i].length() - 1) : parameters[i];
      Optional<Value> value = Optional.ofNullable(unused.remove(name));
      if (i < positional.size()) {
        if (value.isPresent()) {
          throw new Failure("%s got two values for the argument '%s'", function, name);
        }
        value = Optional.of(positional.get(i));
      } else if (value.isEmpty() && !optional) {
        throw new Failure("%s lacks the argument '%s'", function, name);
      }
      values.add(value);
    }
    for (String name : unused.keySet()) {
      throw new Failure("%s takes no keyword argument '%s'", function, name);
    }
    return new Bound(function, values);
  }

  /** Arguments by the places of their parameters. */
  record Bound(String function, List<Optional<Value>> values) {

    Value get(int place) {
      return values.get(place).orElseThrow();
    }

    Optional<Value> find(int place) {
      return values.get(place);
    }

    /** The argument, empty when it is left out or None. */
    Optional<Value> present(int place) {
      return values.get(place).filter(v -> v != Value.None.NONE);
    }

    Value or(int place, Value otherwise) {
      return values.get(place).orElse(otherwise);
    }

    /** A truth value, false when it is left out. */
    boolean flag(int place) {
      return values.get(place).map(Access::truth).orElse(false);
    }

    int number(int place, int otherwise) {
      return values.get(place).map(v -> Numbers.index(v)).orElse(otherwise);
    }

    /** A text, empty when it is left out or None. */
    Optional<Str> text(int place) {
      return present(place)
          .map(
              v -> {
                if (v instanceof Str text) {
                  return text;
                }
                throw new Failure("%s wants a str, not %s", function, v.typeName());
              });
    }
  }
}
