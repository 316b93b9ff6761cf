package toolr0.policy;

import java.util.List;

/** Gives log-probabilities of given continuations. */
public interface Scorer {

  /**
   * Log-probability of each id of each completion of the group, scores divided by the temperature:
   * [G][T].
   */
  List<float[]> logProbsGT(Group group, double temperature);
}
