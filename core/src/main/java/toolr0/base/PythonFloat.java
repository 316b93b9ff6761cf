package toolr0.base;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Decimal numbers as Python's {@code float()} reads them from text, in ASCII digits. */
public final class PythonFloat {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][-+]?[0-9]{1,9})?");

  private PythonFloat() {}

  /** The number; empty when the text is none or the number is not finite. */
  public static OptionalDouble parse(String text) {
    String stripped = Text.strip(text);
    if (!NUMBER.matcher(stripped).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(stripped);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
