package toolr0.task;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import toolr0.base.Text;

/**
 * A day as people and programs write it: 2025-03-14, 14.03.2025, 3/14/2025, March 14, 2025, 14
 * March 2025.
 */
record CalendarDate(int year, int month, int day) {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final String MONTH =
      "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?";
  private static final Pattern YEAR_FIRST =
      Pattern.compile("(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?![0-9])");
  private static final Pattern YEAR_LAST =
      Pattern.compile("(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?![0-9])");
  private static final Pattern MONTH_FIRST =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}_])"
              + MONTH
              + " {1,2}([0-9]{1,2})(?:st|nd|rd|th)?,? {1,2}([0-9]{4})(?![0-9])");
  private static final Pattern DAY_FIRST =
      Pattern.compile(
          "(?<![0-9])([0-9]{1,2})(?:st|nd|rd|th)? {1,2}(?:of )?"
              + MONTH
              + ",? {1,2}([0-9]{4})(?![0-9])");

  /** The day that a text is, when it is written with the year first. */
  static Optional<CalendarDate> of(String text) {
    Matcher matcher = YEAR_FIRST.matcher(text.strip());
    if (matcher.matches()) {
      Set<CalendarDate> found = new HashSet<>();
      add(found, matcher.group(1), matcher.group(2), matcher.group(3));
      return found.stream().findFirst();
    }
    return Optional.empty();
  }

  /** Every day in a text; where day and month cannot be told apart, both readings. */
  static Set<CalendarDate> in(String text) {
    String lower = Text.lowerCase(text);
    Set<CalendarDate> found = new HashSet<>();
    for (Matcher m = YEAR_FIRST.matcher(lower); m.find(); ) {
      add(found, m.group(1), m.group(2), m.group(3));
    }
    for (Matcher m = YEAR_LAST.matcher(lower); m.find(); ) {
      add(found, m.group(3), m.group(2), m.group(1));
      add(found, m.group(3), m.group(1), m.group(2));
    }
    for (Matcher m = MONTH_FIRST.matcher(lower); m.find(); ) {
      add(found, m.group(3), month(m.group(1)), m.group(2));
    }
    for (Matcher m = DAY_FIRST.matcher(lower); m.find(); ) {
      add(found, m.group(3), month(m.group(2)), m.group(1));
    }
    return found;
  }

  private static String month(String name) {
    return Integer.toString(MONTHS.indexOf(name) + 1);
  }

  private static void add(Set<CalendarDate> found, String year, String month, String day) {
    try {
      LocalDate date =
          LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day));
      found.add(new CalendarDate(date.getYear(), date.getMonthValue(), date.getDayOfMonth()));
    } catch (DateTimeException e) {
      // The figures name no day: nothing to add.
      return;
    }
  }
}
