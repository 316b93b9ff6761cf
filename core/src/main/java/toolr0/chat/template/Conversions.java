package toolr0.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.PythonFloat;
import toolr0.base.Text;
import toolr0.chat.template.Value.Int;
import toolr0.chat.template.Value.Real;
import toolr0.chat.template.Value.Undefined;

/** The filters that make numbers. */
final class Conversions {
  private static final Pattern UNDERSCORES = Pattern.compile("(?<=[0-9])_(?=[0-9])");
  private static final Pattern SPECIAL =
      Pattern.compile("([-+]?)(inf|infinity|nan)", Pattern.CASE_INSENSITIVE);
  private static final Pattern TOO_LARGE =
      Pattern.compile("([-+]?)(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][-+]?[0-9]{1,9})?");
  private static final Pattern DIGITS = Pattern.compile("[0-9a-z]+(?:_[0-9a-z]+)*+");
  private static final String UNITS = "kMGTPEZY";
  private static final int MAX_PRECISION = 300;

  private Conversions() {}

  /** The filter float. */
  static Value real(Value value, Value otherwise) {
    requireDefined(value);
    return Numbers.isNumber(value)
        ? new Real(Numbers.real(value))
        : value instanceof Str text
            ? parsed(text).<Value>map(Real::new).orElse(otherwise)
            : otherwise;
  }

  /** The filter int. */
  static Value integer(Value value, Value otherwise, int base) {
    requireDefined(value);
    if (Numbers.isInteger(value)) {
      return new Int(Numbers.integer(value));
    }
    if (value instanceof Real number) {
      if (Double.isInfinite(number.value())) {
        throw new Failure("cannot convert float infinity to integer");
      }
      return Double.isNaN(number.value()) ? otherwise : truncated(number.value());
    }
    if (!(value instanceof Str text)) {
      return otherwise;
    }
    return wholeNumber(text.text(), base)
        .<Value>map(Int::new)
        .or(() -> parsed(text).filter(Double::isFinite).map(Conversions::truncated))
        .orElse(otherwise);
  }

  private static Value truncated(double number) {
    return new Int(new BigDecimal(number).toBigInteger());
  }

  private static void requireDefined(Value value) {
    if (value instanceof Undefined undefined) {
      throw new Failure(undefined.message());
    }
  }

  /** Python's {@code float(text)}. */
  private static Optional<Double> parsed(Str text) {
    String stripped = UNDERSCORES.matcher(Text.strip(asciiDigits(text.text()))).replaceAll("");
    Matcher special = SPECIAL.matcher(stripped);
    if (special.matches()) {
      boolean negative = "-".equals(special.group(1));
      return Optional.of(
          special.group(2).toLowerCase(Locale.ROOT).startsWith("n")
              ? Double.NaN
              : negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    var number = PythonFloat.parse(stripped);
    if (number.isPresent()) {
      return Optional.of(number.getAsDouble());
    }
    Matcher large = TOO_LARGE.matcher(stripped);
    return large.matches()
        ? Optional.of(
            "-".equals(large.group(1)) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
        : Optional.empty();
  }

  private static String asciiDigits(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  /** Python's {@code int(text, base)}. */
  private static Optional<BigInteger> wholeNumber(String text, int base) {
    String digits = Text.strip(asciiDigits(text)).toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    if (base != 0 && (base < 2 || base > 36)) {
      return Optional.empty();
    }
    int radix = base;
    int prefixed = digits.length() < 2 || digits.charAt(0) != '0' ? 0 : prefix(digits.charAt(1));
    if (prefixed != 0 && (base == 0 || base == prefixed)) {
      radix = prefixed;
      digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
    } else if (base == 0) {
      radix = 10;
      if (digits.startsWith("0") && !digits.matches("0[0_]*")) {
        return Optional.empty();
      }
    }
    if (!DIGITS.matcher(digits).matches() || digits.length() > Numbers.MAX_DIGITS) {
      return Optional.empty();
    }
    try {
      BigInteger number = new BigInteger(digits.replace("_", ""), radix);
      return Optional.of(negative ? number.negate() : number);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static int prefix(char letter) {
    return switch (letter) {
      case 'x' -> 16;
      case 'o' -> 8;
      case 'b' -> 2;
      default -> 0;
    };
  }

  /** The filter abs. */
  static Value absolute(Value value) {
    if (!Numbers.isNumber(value)) {
      throw new Failure("bad operand type for abs(): '%s'", value.typeName());
    }
    return value instanceof Real number
        ? new Real(Math.abs(number.value()))
        : new Int(Numbers.integer(value).abs());
  }

  /** The filter round. */
  @SuppressWarnings("RefactorSwitch")
  static Value round(Value value, int precision, String method) {
    if (!Numbers.isNumber(value)) {
      throw new Failure("type %s doesn't define __round__ method", value.typeName());
    }
    if (Math.abs((long) precision) > MAX_PRECISION) {
      throw Failure.unsupported("rounding to more than " + MAX_PRECISION + " digits");
    }
    return switch (method) {
      case "common" ->
          value instanceof Real number
              ? new Real(rounded(number.value(), precision))
              : new Int(rounded(Numbers.integer(value), precision));
      case "ceil", "floor" -> roundedTo(value, precision, method.equals("ceil"));
      default -> throw new Failure("method must be common, ceil or floor");
    };
  }

  private static Value roundedTo(Value value, int precision, boolean up) {
    Value power = Numbers.power(Int.of(10), Int.of(precision));
    Value scaled = Numbers.multiply(value, power);
    double real = Numbers.real(scaled);
    if (!Double.isFinite(real)) {
      throw new Failure("cannot convert float infinity or NaN to integer");
    }
    Value whole =
        Numbers.isInteger(scaled) ? scaled : truncated(up ? Math.ceil(real) : Math.floor(real));
    return Numbers.divide(whole, power);
  }

  private static BigInteger rounded(BigInteger number, int precision) {
    return precision >= 0
        ? number
        : new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).toBigInteger();
  }

  private static double rounded(double number, int precision) {
    return Double.isFinite(number) && number != 0
        ? Math.copySign(
            new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).doubleValue(),
            number)
        : number;
  }

  /** The filter filesizeformat. */
  static String fileSize(Value value, boolean binary) {
    Value size = real(value, Value.None.NONE);
    if (!(size instanceof Real real)) {
      throw new Failure("filesizeformat wants a number, not %s", value.typeName());
    }
    double bytes = real.value();
    double base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return "1 Byte";
    }
    if (bytes < base) {
      return (long) bytes + " Bytes";
    }
    double unit = base;
    for (int i = 0; i < UNITS.length(); i++) {
      unit *= base;
      if (bytes < unit || i == UNITS.length() - 1) {
        String prefix =
            binary ? Character.toUpperCase(UNITS.charAt(i)) + "iB" : UNITS.charAt(i) + "B";
        return new BigDecimal(base * bytes / unit).setScale(1, RoundingMode.HALF_EVEN)
            + " "
            + prefix;
      }
    }
    throw new IllegalStateException();
  }
}
