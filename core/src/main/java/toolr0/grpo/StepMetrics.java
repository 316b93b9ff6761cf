package toolr0.grpo;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.policy.Completion;
import toolr0.policy.Group;
import toolr0.policy.LearnerMetrics;

/** The metrics of one step under TRL's names. */
final class StepMetrics {
  private final SortedMap<String, Double> metrics = new TreeMap<>();

  void put(String name, double value) {
    metrics.put(name, value);
  }

  void putAll(SortedMap<String, Double> values) {
    metrics.putAll(values);
  }

  SortedMap<String, Double> values() {
    return metrics;
  }

  /**
   * Rewards over the whole step: {@code reward}, {@code reward_std}, and the groups by their
   * signal.
   */
  void rewards(List<double[]> rewardsPG, double maximum) {
    double[] all = rewardsPG.stream().flatMapToDouble(Arrays::stream).toArray();
    put("reward", Advantages.mean(all));
    put("reward_std", Advantages.std(all));
    put(
        "unscorable_ratio",
        (double) Arrays.stream(all).filter(Double::isNaN).count() / Math.max(1, all.length));
    Map<GroupSignal, Integer> counts = new EnumMap<>(GroupSignal.class);
    for (double[] rewardsG : rewardsPG) {
      counts.merge(GroupSignal.of(rewardsG, maximum), 1, Integer::sum);
    }
    double groups = Math.max(1, rewardsPG.size());
    int live = counts.getOrDefault(GroupSignal.LIVE, 0);
    put("frac_reward_zero_std", (rewardsPG.size() - live) / groups);
    put("groups/all_right", counts.getOrDefault(GroupSignal.ALL_RIGHT, 0) / groups);
    put("groups/all_wrong", counts.getOrDefault(GroupSignal.ALL_WRONG, 0) / groups);
    put("groups/equal", counts.getOrDefault(GroupSignal.EQUAL, 0) / groups);
    put("groups/unscorable", counts.getOrDefault(GroupSignal.UNSCORABLE, 0) / groups);
  }

  /** One reward function's {@code rewards/NAME/mean} and {@code rewards/NAME/std}, NaN left out. */
  void rewardPart(String name, double[] values) {
    put("rewards/" + name + "/mean", Advantages.mean(values));
    put("rewards/" + name + "/std", Advantages.std(values));
  }

  /** The {@code completions/...} lengths in tokens. */
  void completions(List<Group> groups) {
    List<Completion> all = groups.stream().flatMap(g -> g.completionsG().stream()).toList();
    int[] lengths = all.stream().mapToInt(c -> c.tokenIdsT().length).toArray();
    int[] terminated =
        all.stream().filter(c -> !c.truncated()).mapToInt(c -> c.tokenIdsT().length).toArray();
    put("completions/mean_length", Arrays.stream(lengths).average().orElse(0));
    put("completions/min_length", Arrays.stream(lengths).min().orElse(0));
    put("completions/max_length", Arrays.stream(lengths).max().orElse(0));
    put(
        "completions/clipped_ratio",
        (double) (lengths.length - terminated.length) / Math.max(1, lengths.length));
    put("completions/mean_terminated_length", Arrays.stream(terminated).average().orElse(0));
    put("completions/min_terminated_length", Arrays.stream(terminated).min().orElse(0));
    put("completions/max_terminated_length", Arrays.stream(terminated).max().orElse(0));
  }

  /** What the optimizer step did. */
  void learner(LearnerMetrics learner, double learningRate, boolean withReference) {
    put("loss", learner.loss());
    put("grad_norm", learner.gradNorm());
    put("entropy", learner.entropy());
    put("learning_rate", learningRate);
    put("clip_ratio/low_mean", learner.clipRatioLow());
    put("clip_ratio/high_mean", learner.clipRatioHigh());
    put("clip_ratio/region_mean", learner.clipRatioLow() + learner.clipRatioHigh());
    put("sampling/sampling_logp_difference/mean", learner.logpDifferenceMean());
    put("sampling/sampling_logp_difference/max", learner.logpDifferenceMax());
    if (withReference) {
      put("kl", learner.kl());
    }
  }
}
