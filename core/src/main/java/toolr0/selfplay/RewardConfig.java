package toolr0.selfplay;

import toolr0.reward.GeneratorRewardConfig;
import toolr0.reward.SolverRewardConfig;

/** The rewards of both roles. */
public record RewardConfig(GeneratorRewardConfig generator, SolverRewardConfig solver) {

  public static RewardConfig defaults() {
    return new RewardConfig(GeneratorRewardConfig.standard(), SolverRewardConfig.standard());
  }
}
