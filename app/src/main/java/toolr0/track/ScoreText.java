package toolr0.track;

import java.util.ArrayList;
import java.util.List;
import toolr0.score.ScoreSummary;

/** The figures of a scored file for people. */
public final class ScoreText {
  private static final int LONGEST_BAR = 30;

  private ScoreText() {}

  /**
   * Mean reward, mean parts, and how many lines have which reason.
   *
   * @param what what was scored and by which preset
   */
  public static String of(String what, ScoreSummary summary) {
    List<String> lines = new ArrayList<>();
    lines.add(
        Words.format(
            "%s: %,d lines scored, %,d bad%s",
            what,
            summary.scored(),
            summary.bad(),
            summary.unscorable() == 0
                ? ""
                : Words.format(", %,d without a reward", summary.unscorable())));
    summary
        .meanReward()
        .ifPresent(
            mean ->
                lines.add(
                    Words.format(
                        "  %-18s %8.4f  from %.4f to %.4f",
                        "mean reward", mean, summary.lowestReward(), summary.highestReward())));
    for (ScoreSummary.Mean mean : summary.means()) {
      String of =
          mean.lines() == summary.scored() ? "" : Words.format("  of %,d lines", mean.lines());
      lines.add(Words.format("  %-18s %8.4f%s", mean.part().replace('_', ' '), mean.mean(), of));
    }
    if (!summary.reasons().isEmpty()) {
      lines.add("  reasons, by the number of lines that have them");
      for (ScoreSummary.Count count : summary.reasons()) {
        double share = (double) count.lines() / summary.scored();
        lines.add(
            Words.format(
                "  %8d %6s  %-38s %s",
                count.lines(),
                Words.percent(share),
                count.reason().replace('_', ' '),
                "#".repeat((int) Math.ceil(share * LONGEST_BAR))));
      }
    }
    return String.join(System.lineSeparator(), lines);
  }
}
