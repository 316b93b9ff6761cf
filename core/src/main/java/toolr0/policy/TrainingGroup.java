package toolr0.policy;

/**
 * A sampled group with what the loss needs.
 *
 * @param advantagesG one advantage per completion; a completion that could not be scored has 0
 */
public record TrainingGroup(Group group, double[] advantagesG) {}
