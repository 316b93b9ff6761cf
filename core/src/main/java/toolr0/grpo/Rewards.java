package toolr0.grpo;

import java.util.List;

/** The rewards of completions from the scores of their parts. */
final class Rewards {
  private Rewards() {}

  /** Each completion's weighted sum; NaN for one that could not be scored. */
  static List<double[]> weighted(Environment env, StepScores scores) {
    List<Double> weights = env.rewardWeights();
    return scores.scoresPG().stream()
        .map(
            scoresG ->
                scoresG.stream()
                    .mapToDouble(
                        score ->
                            switch (score.outcome()) {
                              case Outcome.Scored scored -> weighted(scored.partsR(), weights);
                              case Outcome.Unscorable _ -> Double.NaN;
                            })
                    .toArray())
        .toList();
  }

  private static double weighted(List<Double> partsR, List<Double> weights) {
    if (partsR.size() != weights.size()) {
      throw new IllegalStateException(
          partsR.size() + " rewards for " + weights.size() + " weights");
    }
    double sum = 0;
    for (int r = 0; r < partsR.size(); r++) {
      sum += weights.get(r) * partsR.get(r);
    }
    return sum;
  }

  /** One reward function's value of every completion; NaN for one that could not be scored. */
  static double[] part(StepScores scores, int reward) {
    return scores.scoresPG().stream()
        .flatMap(List::stream)
        .mapToDouble(
            score ->
                score.outcome() instanceof Outcome.Scored(List<Double> partsR)
                    ? partsR.get(reward)
                    : Double.NaN)
        .toArray();
  }
}
