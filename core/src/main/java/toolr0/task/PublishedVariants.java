package toolr0.task;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import toolr0.base.PythonFloat;
import toolr0.base.PythonText;
import toolr0.base.Text;
import tools.jackson.databind.JsonNode;

/** The texts by which the published grounding recognises a value (method section 4.4). */
final class PublishedVariants {
  private static final Pattern REFERENCE = Pattern.compile("\\$var_[0-9]+\\.result\\$?");
  private static final BigInteger THOUSAND = BigInteger.valueOf(1000);
  private static final List<String> UNDER_TWENTY =
      List.of(
          "zero",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen");
  private static final List<String> TENS =
      List.of("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety");

  private PublishedVariants() {}

  static boolean counts(JsonNode value) {
    return !value.isBoolean() && !value.isNull();
  }

  /** Whether a value is a reference to the result of another call. */
  static boolean isReference(JsonNode value) {
    return value.isString() && REFERENCE.matcher(Text.strip(value.stringValue())).matches();
  }

  /**
   * The variants of a value in alphabetical order; none when it holds no letter a-z and no digit.
   */
  static Set<String> of(JsonNode value) {
    String text = PythonText.str(value);
    Set<String> variants = new TreeSet<>();
    variants.add(normalise(text));
    OptionalDouble number = PythonFloat.parse(text);
    if (number.isPresent() && number.getAsDouble() == Math.rint(number.getAsDouble())) {
      BigInteger whole = new BigDecimal(number.getAsDouble()).toBigInteger();
      variants.add(normalise(whole.toString()));
      if (whole.abs().compareTo(THOUSAND) >= 0) {
        variants.add(normalise(String.format(Locale.ROOT, "%,d", whole)));
      }
      word(whole).ifPresent(variants::add);
    }
    digitsOf(normalise(text)).ifPresent(variants::add);
    variants.remove("");
    return variants;
  }

  /**
   * NFKC with case folded, every character outside a-z, 0-9 and white space a space, white space
   * collapsed.
   */
  static String normalise(String text) {
    StringBuilder out = new StringBuilder();
    String folded = Text.fold(text);
    folded
        .codePoints()
        .map(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : ' ')
        .forEach(out::appendCodePoint);
    return Text.collapse(out.toString());
  }

  private static Optional<String> word(BigInteger whole) {
    if (whole.signum() < 0 || whole.bitLength() > 7) {
      return Optional.empty();
    }
    int value = whole.intValueExact();
    if (value < UNDER_TWENTY.size()) {
      return Optional.of(UNDER_TWENTY.get(value));
    }
    return value % 10 == 0 && value < 100
        ? Optional.of(TENS.get(value / 10 - 2))
        : Optional.empty();
  }

  private static Optional<String> digitsOf(String word) {
    if (UNDER_TWENTY.contains(word)) {
      return Optional.of(Integer.toString(UNDER_TWENTY.indexOf(word)));
    }
    return TENS.contains(word)
        ? Optional.of(Integer.toString(20 + 10 * TENS.indexOf(word)))
        : Optional.empty();
  }
}
