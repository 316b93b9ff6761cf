package toolr0.policy;

import java.util.List;

/** Draws completions from a policy. */
public interface Sampler {

  /**
   * Samples every request; the result has their order.
   *
   * @throws PolicyException when a prompt does not fit the context or the model fails
   */
  List<Group> sample(List<SampleRequest> requests, SamplingParams params);
}
