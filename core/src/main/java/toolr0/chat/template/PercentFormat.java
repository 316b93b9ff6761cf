package toolr0.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import toolr0.chat.template.Sequence.TupleValue;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.Real;

/** Python's {@code text % values}. */
final class PercentFormat {
  private final Work work;
  private final Str format;
  private final Value values;
  private final Iterator<Value> rest;
  private final Chars out;
  private int at;

  private PercentFormat(Work work, Str format, Value values) {
    this.work = work;
    this.format = format;
    this.values = values;
    List<Value> list = values instanceof TupleValue tuple ? tuple.items() : List.of(values);
    this.rest = list.iterator();
    this.out = new Chars(work);
  }

  static Str of(Work work, Str format, Value values) {
    if (format.isMarkup()) {
      throw Failure.unsupported("formatting a text that is marked as safe");
    }
    return new PercentFormat(work, format, values).run();
  }

  private Str run() {
    while (at < format.length()) {
      if (format.at(at) != '%') {
        out.add(format.markedAt(at++));
      } else {
        at++;
        conversion();
      }
    }
    if (rest.hasNext() && !mayHaveKeys()) {
      throw new Failure("not all arguments converted during string formatting");
    }
    return out.toStr();
  }

  /** Whether Python takes the values for something with keys, none of which need be used. */
  private boolean mayHaveKeys() {
    return switch (values) {
      case TupleValue _ -> false;
      case DictValue _, Sequence _, Value.Undefined _ -> true;
      default -> false;
    };
  }

  private void conversion() {
    Value keyed = Value.None.NONE;
    boolean hasKey = peek() == '(';
    if (hasKey) {
      keyed = byKey();
    }
    StringBuilder flags = new StringBuilder();
    while ("-+ #0".indexOf(peek()) >= 0) {
      flags.append((char) next());
    }
    int width = number().orElse(0);
    if (width < 0) {
      flags.append('-');
      width = -width;
    }
    OptionalInt precision = OptionalInt.empty();
    if (peek() == '.') {
      next();
      precision = OptionalInt.of(Math.max(0, number().orElse(0)));
    }
    while ("hlL".indexOf(peek()) >= 0) {
      next();
    }
    int type = next();
    if (type == '%') {
      out.add('%');
      return;
    }
    Value value = hasKey ? keyed : argument();
    out.add(field(type, value, flags.toString(), width, precision));
  }

  private Value byKey() {
    next();
    int start = at;
    for (int depth = 1; depth > 0; ) {
      int c = next();
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    if (!(values instanceof DictValue dict)) {
      throw new Failure("format requires a mapping");
    }
    Str key = format.slice(start, at - 1);
    return dict.get(key).orElseThrow(() -> new Failure("there is no key '%s'", key.text()));
  }

  private OptionalInt number() {
    if (peek() == '*') {
      next();
      return OptionalInt.of(Math.max(-Integer.MAX_VALUE, Numbers.index(argument())));
    }
    OptionalInt number = OptionalInt.empty();
    while (peek() >= '0' && peek() <= '9') {
      int digits = number.orElse(0);
      if (digits > 100_000_000) {
        throw new Failure("a width or precision of a conversion is too big");
      }
      number = OptionalInt.of(10 * digits + next() - '0');
    }
    return number;
  }

  private Value argument() {
    if (!rest.hasNext()) {
      throw new Failure("not enough arguments for format string");
    }
    return rest.next();
  }

  private int peek() {
    return at < format.length() ? format.at(at) : -1;
  }

  private int next() {
    if (at >= format.length()) {
      throw new Failure("incomplete format");
    }
    return format.at(at++);
  }

  private Str field(int type, Value value, String flags, int width, OptionalInt precision) {
    boolean left = flags.contains("-");
    boolean zeros = flags.contains("0") && !left;
    String sign = flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    boolean alternate = flags.contains("#");
    return switch (type) {
      case 's', 'r' -> {
        Str text = type == 's' ? Repr.str(work, value) : Repr.of(work, value);
        yield new FormatSpec(' ', left ? "<" : ">", "", false, width, "", precision, "s")
            .text(work, text);
      }
      case 'c' ->
          new FormatSpec(' ', left ? "<" : ">", "", false, width, "", OptionalInt.empty(), "s")
              .text(work, character(value));
      case 'd', 'i', 'u', 'x', 'X', 'o' -> {
        if (precision.isPresent()) {
          throw Failure.unsupported("a precision of an integer's conversion");
        }
        boolean decimal = "diu".indexOf(type) >= 0;
        yield new FormatSpec(
                zeros ? '0' : ' ',
                left ? "<" : zeros ? "=" : ">",
                sign,
                alternate && !decimal,
                width,
                "",
                OptionalInt.empty(),
                decimal ? "d" : Character.toString(type))
            .integer(work, new Int(whole(type, value, decimal)));
      }
      case 'e', 'E', 'f', 'F', 'g', 'G' -> {
        if (!Numbers.isNumber(value)) {
          throw new Failure("must be real number, not %s", value.typeName());
        }
        yield new FormatSpec(
                zeros ? '0' : ' ',
                left ? "<" : zeros ? "=" : ">",
                sign,
                alternate,
                width,
                "",
                precision,
                Character.toString(type))
            .real(work, Numbers.real(value));
      }
      default ->
          throw new Failure(
              "unsupported format character '%s' in '%s'", Character.toString(type), format.text());
    };
  }

  private static BigInteger whole(int type, Value value, boolean decimal) {
    if (decimal && value instanceof Real number && Double.isFinite(number.value())) {
      return new BigDecimal(number.value()).toBigInteger();
    }
    if (!Numbers.isInteger(value)) {
      throw new Failure(
          "%%%s format: a number is required, not %s", Character.toString(type), value.typeName());
    }
    return Numbers.integer(value);
  }

  @SuppressWarnings("OrphanedFormatString")
  private static Str character(Value value) {
    if (value instanceof Str text && text.length() == 1) {
      return text;
    }
    if (Numbers.isInteger(value)) {
      return FormatSpec.character(Numbers.integer(value));
    }
    throw new Failure("the conversion c wants a number or a single character");
  }
}
