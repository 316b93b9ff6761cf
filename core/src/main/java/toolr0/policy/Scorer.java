package toolr0.policy;

import java.util.List;

/** Gives log-probabilities of given continuations. */
public interface Scorer {

  /** Log-probability at temperature 1 of each id of each completion of the group: [G][T]. */
  List<float[]> logProbsGT(Group group);
}
