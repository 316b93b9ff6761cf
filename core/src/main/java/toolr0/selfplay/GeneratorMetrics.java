package toolr0.selfplay;

import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.reward.DifficultyBand;
import toolr0.reward.GeneratorScore;
import toolr0.reward.JudgeOutcome;
import toolr0.reward.ProbeOutcome;
import toolr0.task.ParsedTask;

/**
 * The Generator's metrics of one step, added up completion by completion. A share of the probed or
 * judged tasks is absent when there are none.
 */
final class GeneratorMetrics {
  private static final double HISTOGRAM_BINS = 4;

  private final DifficultyBand band;
  private final SortedMap<String, Integer> flaws = new TreeMap<>();
  private final int[] histogram = new int[(int) HISTOGRAM_BINS + 1];
  private int completions;
  private int parsed;
  private int sound;
  private double grounded;
  private int probed;
  private double successRate;
  private int inBand;
  private int unsolvable;
  private int trivial;
  private int judged;
  private int judgeFailed;
  private double judgeScore;

  GeneratorMetrics(DifficultyBand band) {
    this.band = band;
  }

  void add(
      ParsedTask task, String flaw, GeneratorScore score, ProbeOutcome probe, JudgeOutcome judge) {
    completions++;
    parsed += task instanceof ParsedTask.Parsed ? 1 : 0;
    grounded += score.valuesGrounded();
    if (flaw.isEmpty()) {
      sound++;
    } else {
      flaws.merge(flaw, 1, Integer::sum);
    }
    if (probe instanceof ProbeOutcome.Scored scored) {
      double p = scored.successRate();
      probed++;
      successRate += p;
      inBand += band.contains(p) && scored.successes() > 0 ? 1 : 0;
      unsolvable += scored.successes() == 0 ? 1 : 0;
      trivial += scored.successes() == scored.samples() ? 1 : 0;
      histogram[(int) Math.rint(p * HISTOGRAM_BINS)]++;
    }
    switch (judge) {
      case JudgeOutcome.Scored scored -> {
        judged++;
        judgeScore += scored.score();
      }
      case JudgeOutcome.Failed _ -> judgeFailed++;
      case JudgeOutcome.NotApplicable _ -> {}
    }
  }

  SortedMap<String, Double> values() {
    SortedMap<String, Double> metrics = new TreeMap<>();
    metrics.put("generator/parse_rate", share(parsed, completions));
    metrics.put("generator/sound_rate", share(sound, completions));
    metrics.put("generator/grounded_rate", share(grounded, completions));
    metrics.put("generator/frac_in_band_of_all", share(inBand, completions));
    metrics.put("success_rate", share(inBand, completions));
    if (probed > 0) {
      metrics.put("generator/p_success_mean", share(successRate, probed));
      metrics.put("generator/frac_in_band", share(inBand, probed));
      metrics.put("generator/frac_unsolvable", share(unsolvable, probed));
      metrics.put("generator/frac_trivial", share(trivial, probed));
      for (int bin = 0; bin < histogram.length; bin++) {
        metrics.put(
            String.format(Locale.ROOT, "generator/p_success_hist/%.2f", bin / HISTOGRAM_BINS),
            share(histogram[bin], probed));
      }
    }
    if (judged > 0) {
      metrics.put("generator/judge_mean", share(judgeScore, judged));
    }
    if (judged + judgeFailed > 0) {
      metrics.put("generator/judge_failed_rate", share(judgeFailed, judged + judgeFailed));
    }
    flaws.forEach((flaw, n) -> metrics.put("generator/flaw/" + flaw, share(n, completions)));
    return metrics;
  }

  private static double share(double part, int whole) {
    return part / whole;
  }
}
