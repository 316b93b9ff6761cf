package toolr0.chat.template;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's strftime in the C locale, for a time without a zone. */
final class Strftime {
  private static final Pattern DIRECTIVE = Pattern.compile("%(-?)(.?)", Pattern.DOTALL);

  private final LocalDateTime time;

  private Strftime(LocalDateTime time) {
    this.time = time;
  }

  /** The text of a time. */
  static String format(LocalDateTime time, String format) {
    return new Strftime(time).format(format);
  }

  private String format(String format) {
    StringBuilder out = new StringBuilder();
    Matcher directive = DIRECTIVE.matcher(format);
    int at = 0;
    while (directive.find()) {
      if (directive.group(2).isEmpty()) {
        throw Failure.unsupported("a time format that ends in %: " + format);
      }
      String part = part(directive.group(2).charAt(0));
      out.append(format, at, directive.start());
      out.append(directive.group(1).isEmpty() ? part : withoutPadding(part));
      at = directive.end();
    }
    return out.append(format, at, format.length()).toString();
  }

  private static String withoutPadding(String part) {
    int start = 0;
    while (start < part.length() - 1 && (part.charAt(start) == '0' || part.charAt(start) == ' ')) {
      start++;
    }
    return part.substring(start);
  }

  private String part(char directive) {
    int hour12 = time.getHour() % 12 == 0 ? 12 : time.getHour() % 12;
    int weekday = time.getDayOfWeek().getValue() % 7;
    int dayOfYear = time.getDayOfYear();
    return switch (directive) {
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'c' -> format("%a %b %e %H:%M:%S %Y");
      case 'C' -> padded(time.getYear() / 100, 2, '0');
      case 'd' -> padded(time.getDayOfMonth(), 2, '0');
      case 'D', 'x' -> format("%m/%d/%y");
      case 'e' -> padded(time.getDayOfMonth(), 2, ' ');
      case 'f' -> padded(time.getNano() / 1000, 6, '0');
      case 'F' -> format("%Y-%m-%d");
      case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0');
      case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'H' -> padded(time.getHour(), 2, '0');
      case 'I' -> padded(hour12, 2, '0');
      case 'j' -> padded(dayOfYear, 3, '0');
      case 'k' -> padded(time.getHour(), 2, ' ');
      case 'l' -> padded(hour12, 2, ' ');
      case 'm' -> padded(time.getMonthValue(), 2, '0');
      case 'M' -> padded(time.getMinute(), 2, '0');
      case 'n' -> "\n";
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'P' -> time.getHour() < 12 ? "am" : "pm";
      case 'r' -> format("%I:%M:%S %p");
      case 'R' -> format("%H:%M");
      case 'S' -> padded(time.getSecond(), 2, '0');
      case 't' -> "\t";
      case 'T', 'X' -> format("%H:%M:%S");
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'U' -> padded((dayOfYear + 6 - weekday) / 7, 2, '0');
      case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0');
      case 'w' -> Integer.toString(weekday);
      case 'W' -> padded((dayOfYear + 6 - (weekday + 6) % 7) / 7, 2, '0');
      case 'y' -> padded(time.getYear() % 100, 2, '0');
      case 'Y' -> Integer.toString(time.get(ChronoField.YEAR));
      case 'z', 'Z' -> "";
      case '%' -> "%";
      default -> throw Failure.unsupported("the time format %" + directive);
    };
  }

  private static String padded(int number, int width, char fill) {
    String digits = Integer.toString(number);
    return Character.toString(fill).repeat(Math.max(0, width - digits.length())) + digits;
  }
}
