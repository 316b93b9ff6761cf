package toolr0.chat.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.PythonFloat;
import toolr0.chat.template.Value.Bool;
import toolr0.chat.template.Value.Real;

/**
 * A format specification, as it stands behind the colon in {@code str.format} or is made of a
 * {@code %} conversion.
 *
 * @param fill what a field is filled up with
 * @param align one of {@code < > = ^}, empty for the type's own, {@code 0} for zeros, which stand
 *     behind a number's sign
 * @param sign one of {@code + -} and blank, empty for none
 * @param alternate whether {@code #} is given
 * @param width least width of the field
 * @param grouping what parts thousands, empty for nothing
 * @param precision digits or, of a text, most characters
 * @param type the conversion, empty for the value's own
 */
record FormatSpec(
    int fill,
    String align,
    String sign,
    boolean alternate,
    int width,
    String grouping,
    OptionalInt precision,
    String type) {

  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?([0-9]{1,9})?([,_])?(?:\\.([0-9]{1,9}))?([a-zA-Z%])?",
          Pattern.DOTALL);
  private static final int MAX_PRECISION = 1000;
  private static final int DEFAULT_PRECISION = 6;

  static FormatSpec parse(String text) {
    Matcher m = SYNTAX.matcher(text);
    if (!m.matches()) {
      throw new Failure("invalid or unsupported format specifier '%s'", text);
    }
    boolean zero = m.group(5) != null;
    String fill = Optional.ofNullable(m.group(1)).orElse(zero ? "0" : " ");
    String align = Optional.ofNullable(m.group(2)).orElse(zero ? "0" : "");
    return new FormatSpec(
        fill.codePointAt(0),
        align,
        Optional.ofNullable(m.group(3)).orElse(""),
        m.group(4) != null,
        Optional.ofNullable(m.group(6)).map(Integer::parseInt).orElse(0),
        Optional.ofNullable(m.group(7)).orElse(""),
        m.group(8) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(m.group(8))),
        Optional.ofNullable(m.group(9)).orElse(""));
  }

  /** Python's {@code format(value, text)}. */
  static Str format(Work work, Value value, Str text) {
    if (text.isEmpty()) {
      return Repr.str(work, value);
    }
    FormatSpec spec = parse(text.text());
    return switch (value) {
      case Str field -> spec.text(work, field);
      case Real number -> spec.real(work, number.value());
      case Value.Int _, Bool _ -> spec.integer(work, value);
      default ->
          throw new Failure("unsupported format string passed to %s.__format__", value.typeName());
    };
  }

  /** A text, cut and filled up. */
  Str text(Work work, Str field) {
    if (!type.isEmpty() && !type.equals("s")) {
      throw unknownType("str");
    }
    if (align.equals("=") || !sign.isEmpty() || alternate || !grouping.isEmpty()) {
      throw new Failure("a text has no sign, base or thousands to format");
    }
    int length = Math.min(field.length(), precision.orElse(field.length()));
    return padded(work, Str.EMPTY, field.slice(0, length).asMarkup(false), "<");
  }

  /** An integer in its base, or as a float where the type is one of a float. */
  Str integer(Work work, Value value) {
    BigInteger number = Numbers.integer(value);
    if ("eEfFgG%".contains(type) && !type.isEmpty()) {
      return real(work, Numbers.real(value));
    }
    if (precision.isPresent()) {
      throw new Failure("precision not allowed in integer format specifier");
    }
    if (type.equals("c")) {
      return padded(work, Str.EMPTY, character(number), "<");
    }
    String digits =
        switch (type) {
          case "", "d" -> Numbers.text(new Value.Int(number.abs()));
          case "b" -> number.abs().toString(2);
          case "o" -> number.abs().toString(8);
          case "x" -> number.abs().toString(16);
          case "X" -> number.abs().toString(16).toUpperCase(Locale.ROOT);
          default -> throw unknownType("int");
        };
    String prefix = alternate && "boxX".contains(type) && !type.isEmpty() ? "0" + type : "";
    int group = "boxX".contains(type) && !type.isEmpty() ? 4 : 3;
    return number(work, signOf(number.signum() < 0) + prefix, digits, group);
  }

  @SuppressWarnings("OrphanedFormatString")
  static Str character(BigInteger number) {
    if (number.signum() < 0 || number.bitLength() > 21 || number.intValue() > 0x10FFFF) {
      throw new Failure("the conversion c wants a number below 0x110000");
    }
    return new Str(new int[] {number.intValue()}, false);
  }

  /** A float. */
  Str real(Work work, double value) {
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    double size = Math.abs(value);
    String digits;
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      digits = Double.isNaN(value) ? "nan" : "inf";
      return padded(
          work,
          Str.of(signOf(negative)),
          Str.of(isUpper() ? digits.toUpperCase(Locale.ROOT) : digits),
          ">");
    }
    int places = precision.orElse(DEFAULT_PRECISION);
    if (places > MAX_PRECISION) {
      throw Failure.unsupported("a precision of more than " + MAX_PRECISION + " digits");
    }
    digits =
        switch (type) {
          case "f", "F" -> fixed(size, places);
          case "e", "E" -> scientific(new BigDecimal(size), places);
          case "g", "G" -> general(size, places, false);
          case "%" -> fixed(size * 100, places) + "%";
          case "" -> precision.isPresent() ? general(size, places, true) : PythonFloat.repr(size);
          default -> throw unknownType("float");
        };
    return number(work, signOf(negative), isUpper() ? digits.toUpperCase(Locale.ROOT) : digits, 3);
  }

  private boolean isUpper() {
    return type.equals("E") || type.equals("F") || type.equals("G");
  }

  private String fixed(double size, int places) {
    String digits = new BigDecimal(size).setScale(places, RoundingMode.HALF_EVEN).toPlainString();
    return alternate && places == 0 ? digits + "." : digits;
  }

  private String scientific(BigDecimal size, int places) {
    BigDecimal rounded =
        size.signum() == 0
            ? BigDecimal.ZERO.setScale(places)
            : size.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
    int exponent = size.signum() == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    String digits = rounded.unscaledValue().toString();
    digits = digits + "0".repeat(Math.max(0, places + 1 - digits.length()));
    digits = digits.substring(0, places + 1);
    String mantissa = digits.charAt(0) + (places > 0 || alternate ? "." + digits.substring(1) : "");
    return mantissa + "e" + exponent(exponent);
  }

  private static String exponent(int exponent) {
    int size = Math.abs(exponent);
    return (exponent < 0 ? "-" : "+") + (size < 10 ? "0" : "") + size;
  }

  /**
   * The shorter of fixed and scientific notation.
   *
   * @param asFloat whether a whole number keeps one digit behind the point
   */
  private String general(double size, int places, boolean asFloat) {
    int digits = Math.max(1, places);
    BigDecimal rounded =
        new BigDecimal(size).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = size == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
    int most = asFloat && digits > 1 ? digits - 1 : digits;
    if (exponent < -4 || exponent >= (asFloat ? Math.max(1, most) : digits)) {
      String text = scientific(new BigDecimal(size), digits - 1);
      int e = text.indexOf('e');
      return trimmed(text.substring(0, e)) + text.substring(e);
    }
    String text =
        trimmed(
            new BigDecimal(size)
                .setScale(Math.max(0, digits - 1 - exponent), RoundingMode.HALF_EVEN)
                .toPlainString());
    return asFloat && text.indexOf('.') < 0 ? text + ".0" : text;
  }

  /** Without the zeros behind the point, unless they are asked for. */
  private String trimmed(String text) {
    if (alternate || text.indexOf('.') < 0) {
      return alternate && text.indexOf('.') < 0 ? text + "." : text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private String signOf(boolean negative) {
    return negative ? "-" : sign.replace("-", "");
  }

  private Str number(Work work, String prefix, String digits, int group) {
    int whole = 0;
    while (whole < digits.length() && (group == 4 || Character.isDigit(digits.charAt(whole)))) {
      whole++;
    }
    String grouped = digits;
    if (!grouping.isEmpty()) {
      if (fill == '0' && (align.equals("=") || align.equals("0"))) {
        throw Failure.unsupported("zeros before a number with thousands separators");
      }
      StringBuilder out = new StringBuilder(digits);
      for (int i = whole - group; i > 0; i -= group) {
        out.insert(i, grouping);
      }
      grouped = out.toString();
    }
    return padded(work, Str.of(prefix), Str.of(grouped), ">");
  }

  /**
   * Fills a field up.
   *
   * @param own the type's own alignment, to the left of texts and to the right of numbers
   */
  private Str padded(Work work, Str prefix, Str field, String own) {
    int missing = Math.max(0, width - prefix.length() - field.length());
    String side = align.isEmpty() ? own : align;
    if (side.equals("0")) {
      side = own.equals("<") ? own : "=";
    }
    int left =
        switch (side) {
          case "<" -> 0;
          case "^" -> missing / 2;
          default -> missing;
        };
    Str filling = new Str(new int[] {fill}, false);
    Chars out = new Chars(work);
    if (side.equals("=")) {
      return out.add(prefix).repeat(filling, left).add(field).toStr();
    }
    return out.repeat(filling, left).add(prefix).add(field).repeat(filling, missing - left).toStr();
  }

  private Failure unknownType(String of) {
    return new Failure(
        "unknown or unsupported format code '%s' for an object of type '%s'", type, of);
  }
}
