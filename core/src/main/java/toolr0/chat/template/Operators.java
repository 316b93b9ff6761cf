package toolr0.chat.template;

import java.util.ArrayList;
import java.util.List;
import toolr0.chat.template.Sequence.ListValue;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.Undefined;

/** Python's operators on two values. */
final class Operators {
  private Operators() {}

  static Value apply(Work work, String operator, Value a, Value b) {
    if (operator.equals("%") && a instanceof Str format) {
      return PercentFormat.of(work, format, b);
    }
    if (a instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (b instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
      work.spend(1);
      return switch (operator) {
        case "+" -> Numbers.add(a, b);
        case "-" -> Numbers.subtract(a, b);
        case "*" -> Numbers.multiply(a, b);
        case "/" -> Numbers.divide(a, b);
        case "//" -> Numbers.floorDivide(a, b);
        case "%" -> Numbers.modulo(a, b);
        case "**" -> Numbers.power(a, b);
        default -> throw new IllegalArgumentException(operator);
      };
    }
    return switch (operator) {
      case "+" -> concatenate(work, a, b);
      case "*" -> repeat(work, a, b);
      default -> throw unfit(operator, a, b);
    };
  }

  private static Value concatenate(Work work, Value a, Value b) {
    if (a instanceof Str left && b instanceof Str right) {
      boolean markup = left.isMarkup() || right.isMarkup();
      Chars out = new Chars(work);
      out.add(markup ? Html.escape(work, left) : left);
      out.add(markup ? Html.escape(work, right) : right);
      return out.toStr().asMarkup(markup);
    }
    if ((a instanceof ListValue && b instanceof ListValue)
        || (a instanceof TupleValue && b instanceof TupleValue)) {
      Sequence left = (Sequence) a;
      Sequence right = (Sequence) b;
      work.spend((long) left.size() + right.size());
      List<Value> items = new ArrayList<>(left.size() + right.size());
      items.addAll(left.items());
      items.addAll(right.items());
      return left.with(items);
    }
    throw unfit("+", a, b);
  }

  private static Value repeat(Work work, Value a, Value b) {
    if (Numbers.isInteger(a)) {
      return Numbers.isInteger(b) ? Numbers.multiply(a, b) : repeated(work, b, a, a, b);
    }
    return repeated(work, a, b, a, b);
  }

  private static Value repeated(Work work, Value many, Value times, Value a, Value b) {
    if (!Numbers.isInteger(times)) {
      throw unfit("*", a, b);
    }
    if (Numbers.integer(times).bitLength() > 63) {
      throw new Failure("cannot fit 'int' into an index-sized integer");
    }
    int count = Math.max(0, Numbers.index(times));
    if (many instanceof Str text) {
      return new Chars(work).repeat(text, count).toStr().asMarkup(text.isMarkup());
    }
    if (many instanceof ListValue || many instanceof TupleValue) {
      Sequence sequence = (Sequence) many;
      work.spend((long) count * sequence.size());
      List<Value> items = new ArrayList<>();
      for (int i = 0; i < count && sequence.size() > 0; i++) {
        items.addAll(sequence.items());
      }
      return sequence.with(items);
    }
    throw unfit("*", a, b);
  }

  private static Failure unfit(String operator, Value a, Value b) {
    return new Failure(
        "unsupported operand type(s) for %s: '%s' and '%s'", operator, a.typeName(), b.typeName());
  }

  /** Plus or minus before a value. */
  static Value sign(String operator, Value value) {
    if (value instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
    if (!Numbers.isNumber(value)) {
      throw new Failure("bad operand type for unary %s: '%s'", operator, value.typeName());
    }
    if (operator.equals("-")) {
      return Numbers.negate(value);
    }
    return value instanceof Value.Real ? value : new Int(Numbers.integer(value));
  }
}
