package toolr0.task;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import toolr0.base.Text;

/**
 * The numbers in English text: digits with their sign, thousands separators, decimals, a unit
 * behind them (10GB, 5%, 3rd) and number words up to the millions ("twenty-five", "three hundred").
 */
final class Numbers {
  private static final int MAX_DIGITS = 40;

  /** Digits between two commas. */
  private static final int GROUP = 3;

  private static final Pattern PLAIN = Pattern.compile("[-+]?[0-9]{1,40}(?:\\.[0-9]{1,40})?");
  private static final Set<String> NEGATING = Set.of("minus", "negative");

  private static final Map<String, Integer> SMALL =
      Map.ofEntries(
          Map.entry("zero", 0),
          Map.entry("one", 1),
          Map.entry("two", 2),
          Map.entry("three", 3),
          Map.entry("four", 4),
          Map.entry("five", 5),
          Map.entry("six", 6),
          Map.entry("seven", 7),
          Map.entry("eight", 8),
          Map.entry("nine", 9),
          Map.entry("ten", 10),
          Map.entry("eleven", 11),
          Map.entry("twelve", 12),
          Map.entry("thirteen", 13),
          Map.entry("fourteen", 14),
          Map.entry("fifteen", 15),
          Map.entry("sixteen", 16),
          Map.entry("seventeen", 17),
          Map.entry("eighteen", 18),
          Map.entry("nineteen", 19),
          Map.entry("first", 1),
          Map.entry("second", 2),
          Map.entry("third", 3),
          Map.entry("fourth", 4),
          Map.entry("fifth", 5),
          Map.entry("sixth", 6),
          Map.entry("seventh", 7),
          Map.entry("eighth", 8),
          Map.entry("ninth", 9),
          Map.entry("tenth", 10),
          Map.entry("dozen", 12));
  private static final Map<String, Integer> TENS =
      Map.of(
          "twenty", 20, "thirty", 30, "forty", 40, "fifty", 50, "sixty", 60, "seventy", 70,
          "eighty", 80, "ninety", 90);
  private static final Map<String, Integer> SCALES =
      Map.of("hundred", 100, "thousand", 1_000, "million", 1_000_000);

  private Numbers() {}

  /** The number that a text is, when it is written in digits only. */
  static Optional<BigDecimal> plain(String text) {
    String stripped = Text.strip(text);
    return PLAIN.matcher(stripped).matches()
        ? Optional.of(new BigDecimal(stripped))
        : Optional.empty();
  }

  /** Every number in a text whose case and compatibility variants are folded. */
  static List<BigDecimal> inFolded(String folded) {
    String text = folded.replace('\u2212', '-');
    List<BigDecimal> numbers = new ArrayList<>();
    addDigits(text, numbers);
    addWords(text, numbers);
    return numbers;
  }

  /**
   * Adds the numbers in digits: a decimal, whose whole part may have commas between groups of three
   * digits. A comma before more than three digits parts two numbers, and so do all before it in the
   * same row.
   */
  private static void addDigits(String text, List<BigDecimal> numbers) {
    int ungroupedUntil = 0;
    for (int at = 0; at < text.length(); ) {
      if (!isDigit(text, at) && !startsFraction(text, at)) {
        at++;
        continue;
      }
      int end = endOfDigits(text, at);
      if (end > at && end - at <= GROUP && at >= ungroupedUntil) {
        int grouped = endOfGroups(text, end);
        if (isDigit(text, grouped)) {
          ungroupedUntil = grouped;
        } else {
          end = grouped;
        }
      }
      if (startsFraction(text, end)) {
        end = endOfDigits(text, end + 1);
      }
      addNumber(text, at, end, numbers);
      at = end;
    }
  }

  private static void addNumber(String text, int start, int end, List<BigDecimal> numbers) {
    String digits = text.substring(start, end).replace(",", "");
    if (digits.length() <= MAX_DIGITS && startsNumber(text, start)) {
      BigDecimal value = new BigDecimal(digits);
      numbers.add(isNegated(text, start) ? value.negate() : value);
      percentOf(text, end, value).ifPresent(numbers::add);
    }
  }

  private static int endOfDigits(String text, int at) {
    int end = at;
    while (isDigit(text, end)) {
      end++;
    }
    return end;
  }

  /** Where the groups of a comma and three digits end that begin there. */
  private static int endOfGroups(String text, int at) {
    int end = at;
    while (text.startsWith(",", end)
        && isDigit(text, end + 1)
        && isDigit(text, end + 2)
        && isDigit(text, end + GROUP)) {
      end += 1 + GROUP;
    }
    return end;
  }

  private static boolean startsFraction(String text, int at) {
    return text.startsWith(".", at) && isDigit(text, at + 1);
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean startsNumber(String text, int at) {
    return at == 0 || !Character.isLetter(text.charAt(at - 1));
  }

  private static Optional<BigDecimal> percentOf(String text, int end, BigDecimal value) {
    return text.startsWith("%", end) || text.startsWith(" percent", end)
        ? Optional.of(value.movePointLeft(2))
        : Optional.empty();
  }

  private static boolean isNegated(String text, int at) {
    if (at > 0 && text.charAt(at - 1) == '-') {
      return at == 1
          || !(Character.isLetterOrDigit(text.charAt(at - 2)) || text.charAt(at - 2) == ')');
    }
    String before = text.substring(Math.max(0, at - 10), at).stripTrailing();
    return NEGATING.stream().anyMatch(before::endsWith);
  }

  /**
   * Adds the numbers that are spelled out: the longest runs of number words that read as one
   * number.
   */
  private static void addWords(String folded, List<BigDecimal> numbers) {
    String[] words = Text.lowerCase(folded).split("[^a-z]+", -1);
    int at = 0;
    while (at < words.length) {
      Spelled spelled = new Spelled();
      int next = at;
      while (next < words.length
          && spelled.accepts(words[next], at == next ? "" : words[next - 1])) {
        next++;
      }
      if (spelled.any) {
        boolean negative = at > 0 && NEGATING.contains(words[at - 1]);
        long value = spelled.total + spelled.current;
        numbers.add(BigDecimal.valueOf(negative ? -value : value));
      }
      at = Math.max(next, at + 1);
    }
  }

  /** A number being read word by word. */
  private static final class Spelled {
    private long total;
    private long current;
    private long smallestScale = Long.MAX_VALUE;
    private boolean any;

    boolean accepts(String word, String before) {
      int small = SMALL.getOrDefault(word, -1);
      int tens = TENS.getOrDefault(word, -1);
      int scale = SCALES.getOrDefault(word, -1);
      if (small >= 0) {
        boolean afterTens = small > 0 && small < 10 && TENS.containsKey(before);
        if (any && !afterTens && !opensHundreds(before)) {
          return false;
        }
        current += small;
      } else if (tens >= 0) {
        if (any && !opensHundreds(before)) {
          return false;
        }
        current += tens;
      } else if (scale == 100) {
        if (any && (current == 0 || current > 99)) {
          return false;
        }
        current = any ? current * scale : scale;
      } else if (scale > 100) {
        if ((any && current == 0) || scale >= smallestScale) {
          return false;
        }
        total += any ? current * scale : scale;
        current = 0;
        smallestScale = scale;
      } else if (word.equals("and") && SCALES.containsKey(before)) {
        return true;
      } else {
        return false;
      }
      any = true;
      return true;
    }

    private static boolean opensHundreds(String before) {
      return SCALES.containsKey(before) || before.equals("and");
    }
  }
}
