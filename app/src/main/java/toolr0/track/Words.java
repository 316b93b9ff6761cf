package toolr0.track;

import java.util.Locale;
import toolr0.run.StageId;

/** Numbers and names as people read them. */
final class Words {
  private static final double MINUTE = 60;
  private static final double HOUR = 3600;

  private Words() {}

  /** "8 s", "1 min 20 s", "17 min", "2 h 05 min". */
  static String time(double seconds) {
    double rounded = Math.max(0, seconds);
    if (rounded < MINUTE) {
      return format("%.0f s", rounded);
    }
    if (rounded < 10 * MINUTE) {
      long whole = Math.round(rounded);
      return format("%d min %02d s", whole / 60, whole % 60);
    }
    long minutes = Math.round(rounded / MINUTE);
    return rounded < HOUR
        ? format("%d min", minutes)
        : format("%d h %02d min", minutes / 60, minutes % 60);
  }

  /** "950", "41.2 k", "1.20 M". */
  static String count(long number) {
    if (number < 10_000) {
      return format("%,d", number);
    }
    if (number < 1e6) {
      return format("%.1f k", number / 1e3);
    }
    return number < 1e9 ? format("%.2f M", number / 1e6) : format("%.2f G", number / 1e9);
  }

  /** "59 MB", "1.4 GB" (powers of ten). */
  static String bytes(long bytes) {
    return bytes < 1e9 ? format("%.0f MB", Math.ceil(bytes / 1e6)) : format("%.1f GB", bytes / 1e9);
  }

  static String percent(double share) {
    return format("%.1f%%", 100 * share);
  }

  /** A stage in one or two words. */
  static String stage(StageId id) {
    return switch (id.stage()) {
      case BASE -> "base evaluation";
      case GENERATOR -> id.iteration() + "A generator";
      case DATASET -> id.iteration() + "B dataset";
      case SOLVER -> id.iteration() + "C solver";
      case EVALUATION -> id.iteration() + "D evaluation";
    };
  }

  /** {@link String#format} without the machine's locale. */
  @SuppressWarnings("AnnotateFormatMethod")
  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
