package toolr0.policy;

import java.nio.file.Path;
import java.util.List;
import toolr0.chat.ChatRenderer;

/**
 * Updates a policy's weights. A learner's policy can be sampled at any time between steps; both
 * share one set of weights.
 */
public interface Learner extends AutoCloseable {

  /** The sampler over this learner's present weights. */
  Sampler sampler();

  ChatRenderer renderer();

  /** Most tokens of prompt and completion together. */
  int contextLength();

  /**
   * Makes one optimizer step.
   *
   * @param batch the groups; micro-batches are the learner's own business
   * @param numIterations how often the same batch is used (TRL's num_iterations, mu); the ratio is
   *     taken against the weights before the first
   * @param learningRate for this step
   * @throws PolicyException when loss or gradients are not finite; that update is not applied
   */
  LearnerMetrics step(
      List<TrainingGroup> batch, LossSpec loss, int numIterations, double learningRate);

  /** Optimizer steps made so far, those before a resume included. */
  long steps();

  /**
   * Writes the weights in Hugging Face layout, tokenizer files included, and the optimizer's state
   * beside them; the folder appears whole or not at all.
   */
  void save(Path checkpointDirectory);

  @Override
  void close();
}
