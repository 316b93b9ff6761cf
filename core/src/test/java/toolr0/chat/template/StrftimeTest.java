package toolr0.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrftimeTest {

  @Test
  void monthsAndDaysHaveTheirEnglishNames() {
    List<String> months =
        List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");
    for (int i = 0; i < 12; i++) {
      assertThat(Strftime.format(LocalDateTime.of(2024, i + 1, 9, 0, 0), "%b"))
          .isEqualTo(months.get(i));
    }
    List<String> days = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    for (int i = 0; i < 7; i++) {
      LocalDateTime day = LocalDateTime.of(2024, 1, 1 + i, 0, 0);
      assertThat(Strftime.format(day, "%a")).isEqualTo(days.get(i));
      assertThat(Strftime.format(day, "%A")).startsWith(days.get(i));
    }
  }

  @Test
  void weeksAreCountedAsPythonCountsThem() {
    String format = "%U %W %V %G %j %w %u";
    assertThat(Strftime.format(LocalDateTime.of(2023, 1, 1, 0, 0), format))
        .isEqualTo("01 00 52 2022 001 0 7");
    assertThat(Strftime.format(LocalDateTime.of(2024, 12, 30, 0, 0), format))
        .isEqualTo("52 53 01 2025 365 1 1");
    assertThat(Strftime.format(LocalDateTime.of(2024, 1, 1, 0, 0), format))
        .isEqualTo("00 01 01 2024 001 1 1");
  }

  @Test
  void hoursOfTheDayAndTheHalfDay() {
    String format = "%H %I %p %-I|%k|%l|%r|%c";
    assertThat(Strftime.format(LocalDateTime.of(2024, 2, 29, 0, 5, 9), format))
        .isEqualTo("00 12 AM 12| 0|12|12:05:09 AM|Thu Feb 29 00:05:09 2024");
    assertThat(Strftime.format(LocalDateTime.of(2024, 2, 9, 13, 0), format))
        .isEqualTo("13 01 PM 1|13| 1|01:00:00 PM|Fri Feb  9 13:00:00 2024");
  }

  @Test
  void anUnknownDirectiveIsAnError() {
    for (String format : List.of("%Q", "a%", "%-", "%5d")) {
      assertThatThrownBy(() -> Strftime.format(LocalDateTime.MIN, format))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("not supported");
    }
  }
}
