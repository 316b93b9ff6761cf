package toolr0.chat.template;

import java.util.List;
import java.util.Set;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.None;
import toolr0.chat.template.Value.Real;
import toolr0.chat.template.Value.Undefined;

/** Jinja2's built-in tests, which stand behind {@code is}. */
final class BuiltinTests {
  static final Set<String> NAMES =
      Set.of(
          ("!= < <= == > >= boolean callable defined divisibleby eq equalto escaped even false"
                  + " filter float ge greaterthan gt in integer iterable le lessthan lower lt"
                  + " mapping ne none number odd sameas sequence string test true undefined upper")
              .split(" "));

  private BuiltinTests() {}

  /**
   * The outcome of a test.
   *
   * @param name one of {@link #NAMES}
   */
  static boolean apply(Work work, String name, Value value, Arguments arguments) {
    if (!NAMES.contains(name)) {
      throw new Failure("No test named '%s'.", name);
    }
    work.spend(1);
    return switch (name) {
      case "divisibleby" ->
          isZero(work, Operators.apply(work, "%", value, arguments.bind(name, "num").get(0)));
      case "sameas" -> Comparison.identical(work, value, arguments.bind(name, "other").get(0));
      case "in" -> Comparison.contains(work, arguments.bind(name, "seq").get(0), value);
      case "==", "eq", "equalto" -> Comparison.equal(work, value, operand(name, arguments));
      case "!=", "ne" -> !Comparison.equal(work, value, operand(name, arguments));
      case "<", "lt", "lessthan" -> Comparison.ordered(work, value, "<", operand(name, arguments));
      case "<=", "le" -> Comparison.ordered(work, value, "<=", operand(name, arguments));
      case ">", "gt", "greaterthan" ->
          Comparison.ordered(work, value, ">", operand(name, arguments));
      case ">=", "ge" -> Comparison.ordered(work, value, ">=", operand(name, arguments));
      default -> {
        arguments.positional(name, 0, 0);
        yield apply(work, name, value);
      }
    };
  }

  private static Value operand(String name, Arguments arguments) {
    List<Value> given = arguments.positional(name, 1, 1);
    return given.getFirst();
  }

  /** The tests without arguments. */
  private static boolean apply(Work work, String name, Value value) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "boolean" -> value instanceof Bool;
      case "true" -> value instanceof Bool truth && truth.value();
      case "false" -> value instanceof Bool truth && !truth.value();
      case "integer" -> value instanceof Int;
      case "float" -> value instanceof Real;
      case "number" -> Numbers.isNumber(value);
      case "string" -> value instanceof Str;
      case "mapping" -> value instanceof DictValue;
      case "iterable" -> value instanceof LoopValue || Access.iterator(work, value).isPresent();
      case "sequence" ->
          value instanceof Str
              || value instanceof Sequence
              || value instanceof DictValue
              || value instanceof Undefined;
      case "callable" -> value instanceof Callable || value instanceof Undefined;
      case "escaped" -> value instanceof Str text && text.isMarkup();
      case "lower" -> Casing.allCased(Repr.str(work, value), false);
      case "upper" -> Casing.allCased(Repr.str(work, value), true);
      case "odd" -> Comparison.equal(work, rest(work, value), Int.of(1));
      case "even" -> isZero(work, rest(work, value));
      case "filter" -> value instanceof Str text && BuiltinFilters.NAMES.contains(text.text());
      case "test" -> value instanceof Str text && NAMES.contains(text.text());
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Value rest(Work work, Value value) {
    return Operators.apply(work, "%", value, Int.of(2));
  }

  private static boolean isZero(Work work, Value value) {
    return Comparison.equal(work, value, Int.of(0));
  }
}
