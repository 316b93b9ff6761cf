package toolr0.policy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/** Opens checkpoints as policies. What it opens must be closed. */
public interface PolicyStore {

  /** A frozen policy: weights for sampling and scoring only. */
  FrozenPolicy open(Path checkpointDirectory, String name);

  /**
   * A trainable policy.
   *
   * @param checkpointDirectory where to start; optimizer state beside the weights is used only if
   *     {@code resumeOptimizer}
   * @param reference the frozen reference of the KL term, empty when beta is 0
   */
  Learner learn(
      Path checkpointDirectory,
      String name,
      LearnerSpec spec,
      boolean resumeOptimizer,
      Optional<FrozenPolicy> reference);

  /** Readings worth a metric after every step, for example {@code native/live_tensors}, by name. */
  default SortedMap<String, Double> gauges() {
    return Collections.emptySortedMap();
  }
}
