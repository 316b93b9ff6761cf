package toolr0.score;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Figures over all lines of a file. */
public final class ScoreSummary {
  private long scored;
  private long bad;
  private long rewarded;
  private double rewardSum;
  private double rewardLow = Double.POSITIVE_INFINITY;
  private double rewardHigh = Double.NEGATIVE_INFINITY;
  private final SequencedMap<String, double[]> parts = new LinkedHashMap<>();
  private final Map<String, Long> reasons = new TreeMap<>();

  ScoreSummary() {}

  /**
   * A reason's frequency.
   *
   * @param reason part and code, for example "accuracy wrong_value"
   * @param lines lines that have it at least once
   */
  public record Count(String reason, long lines) {}

  /**
   * A part's mean.
   *
   * @param lines lines that have the part
   */
  public record Mean(String part, double mean, long lines) {}

  void add(LineScore score) {
    scored++;
    if (score.reward().isPresent()) {
      double reward = score.reward().getAsDouble();
      rewarded++;
      rewardSum += reward;
      rewardLow = Math.min(rewardLow, reward);
      rewardHigh = Math.max(rewardHigh, reward);
    }
    score
        .parts()
        .forEach(
            (name, value) -> {
              double[] sum = parts.computeIfAbsent(name, n -> new double[2]);
              sum[0] += value;
              sum[1]++;
            });
    score.reasons().stream()
        .map(r -> r.part() + ": " + r.code())
        .collect(Collectors.toSet())
        .forEach(r -> reasons.merge(r, 1L, Long::sum));
  }

  void addBad() {
    bad++;
  }

  /** Lines scored. */
  public long scored() {
    return scored;
  }

  /** Lines that could not be read. */
  public long bad() {
    return bad;
  }

  /** Lines without a reward, because the Solver's or the judge's part failed. */
  public long unscorable() {
    return scored - rewarded;
  }

  /** The mean reward, no value when there is none. */
  public OptionalDouble meanReward() {
    return rewarded == 0 ? OptionalDouble.empty() : OptionalDouble.of(rewardSum / rewarded);
  }

  /** The smallest reward; positive infinity when there is none. */
  public double lowestReward() {
    return rewardLow;
  }

  /** The largest reward; negative infinity when there is none. */
  public double highestReward() {
    return rewardHigh;
  }

  /** The parts' means, in the order of the parts. */
  public List<Mean> means() {
    return parts.entrySet().stream()
        .map(e -> new Mean(e.getKey(), e.getValue()[0] / e.getValue()[1], (long) e.getValue()[1]))
        .toList();
  }

  /** The reasons, the most frequent first. */
  public List<Count> reasons() {
    return reasons.entrySet().stream()
        .map(e -> new Count(e.getKey(), e.getValue()))
        .sorted(Comparator.comparingLong(Count::lines).reversed().thenComparing(Count::reason))
        .toList();
  }
}
