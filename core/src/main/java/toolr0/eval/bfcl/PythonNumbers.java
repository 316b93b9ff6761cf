package toolr0.eval.bfcl;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.LongNode;

/** Numbers as Python's {@code int} and {@code float} read them from text. */
final class PythonNumbers {
  private static final int MOST_DIGITS = 4300;
  private static final int MOST_DIGITS_OF_LONG = 18;
  private static final Pattern INTEGER = Pattern.compile("[+-]?+\\p{Nd}++(?:_\\p{Nd}++)*+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<sign>[+-]?+)(?:(?<special>inf(?:inity)?+|nan)"
              + "|(?:(?:D++(?:_D++)*+)(?:\\.(?:D++(?:_D++)*+)?+)?+|\\.D++(?:_D++)*+)"
                  .replace("D", "\\p{Nd}")
              + "(?:e[+-]?+\\p{Nd}++(?:_\\p{Nd}++)*+)?+)",
          Pattern.CASE_INSENSITIVE);

  private PythonNumbers() {}

  /** An integer, or otherwise a float; no value for text that is neither. */
  static Optional<JsonNode> read(String text) {
    String stripped = Text.strip(text);
    if (INTEGER.matcher(stripped).matches()) {
      String digits = digits(stripped);
      if (digits.length() <= MOST_DIGITS) {
        return Optional.of(integer(digits));
      }
    }
    Matcher matcher = FLOAT.matcher(stripped);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    if (matcher.group("special") instanceof String special) {
      double value =
          special.regionMatches(true, 0, "nan", 0, 3) ? Double.NaN : Double.POSITIVE_INFINITY;
      return Optional.of(DoubleNode.valueOf("-".equals(matcher.group("sign")) ? -value : value));
    }
    return Optional.of(DoubleNode.valueOf(Double.parseDouble(digits(stripped))));
  }

  /**
   * The integer of a text that is a sign and digits, white space around them apart.
   *
   * @throws CheckerCrash when it has more digits than Python reads
   */
  static JsonNode integerOf(String text) throws CheckerCrash {
    String digits = digits(Text.strip(text));
    if (digits.length() > MOST_DIGITS) {
      throw new CheckerCrash(BfclError.VALUE_ERROR);
    }
    return integer(digits);
  }

  /** The float of a text that is one, white space around it apart. */
  static JsonNode floatOf(String text) {
    return DoubleNode.valueOf(Double.parseDouble(digits(Text.strip(text))));
  }

  private static JsonNode integer(String digits) {
    return digits.length() <= MOST_DIGITS_OF_LONG
        ? LongNode.valueOf(Long.parseLong(digits))
        : BigIntegerNode.valueOf(new BigInteger(digits));
  }

  /** The text with every script's digits as ASCII's and without underscores. */
  private static String digits(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c != '_')
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
