package toolr0.grpo;

import java.util.List;
import java.util.OptionalInt;
import toolr0.policy.Group;
import toolr0.policy.Prompt;

/**
 * Where a policy is trained: prompts in, rewards out. Both depend on the step alone, never on
 * earlier calls.
 */
public interface Environment {

  /** Names of the reward functions, R of them. */
  List<String> rewardNames();

  /** The weight of each reward function; a completion's reward is the weighted sum. */
  List<Double> rewardWeights();

  /** The largest reward that a completion can have, and the mark of one that is right. */
  double maximumReward();

  /** Prompts that make one epoch, empty when there is no end of them. */
  OptionalInt promptsPerEpoch();

  /** The prompts of a step, from 0. */
  List<Prompt> prompts(int step);

  /** Scores the completions of a step. */
  StepScores score(int step, List<Group> groups);

  /** Other prompts for some places of a step. */
  List<Prompt> prompts(Refill refill);

  /** Scores the completions of a refill's prompts. */
  StepScores score(Refill refill, List<Group> groups);
}
