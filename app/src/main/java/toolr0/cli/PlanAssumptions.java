package toolr0.cli;

import toolr0.selfplay.Planner.Assumptions;
import toolr0.selfplay.PromptLengths;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.system.SideBySide;

/**
 * What a plan supposes of a machine with two cores: figures measured with the embedded model,
 * scaled by size.
 */
final class PlanAssumptions {
  private static final double MEASURED_PARAMETERS = 2.0e6;
  private static final double MEASURED_READ_PER_SECOND = 18_000;
  private static final double MEASURED_SAMPLED_PER_SECOND = 11_000;
  private static final double MEASURED_TRAINED_PER_SECOND = 5900;
  private static final int COMPLETION_TOKENS = 160;
  private static final int ANSWER_TOKENS = 35;
  private static final double SOUND_SHARE = 0.35;

  /**
   * What a layer keeps of a token for its gradients, in widths of the model, of all its query
   * heads, of all its key heads and of its feed-forward layer.
   */
  private static final long KEPT_WIDTHS = 6;

  private static final long KEPT_QUERY_WIDTHS = 4;
  private static final long KEPT_KEY_WIDTHS = 6;
  private static final long KEPT_INNER_WIDTHS = 6;

  /** Widths of queries and keys that normalising them adds. */
  private static final long KEPT_NORMED_WIDTHS = 2;

  private PlanAssumptions() {}

  /** For a model: speed falls as the weights grow, memory follows what its layers keep. */
  static Assumptions forModel(ModelConfig config, PromptLengths prompts) {
    double scale = MEASURED_PARAMETERS / config.parameterCount();
    long keptOfToken = keptOfLayer(config) * config.numHiddenLayers() * Float.BYTES;
    return new Assumptions(
        config.parameterCount(),
        prompts.generator().mean(),
        prompts.solver().mean(),
        COMPLETION_TOKENS,
        ANSWER_TOKENS,
        SOUND_SHARE,
        MEASURED_READ_PER_SECOND * scale,
        MEASURED_SAMPLED_PER_SECOND * scale,
        MEASURED_TRAINED_PER_SECOND * scale,
        keptOfToken * SideBySide.workersFor(config.parameterCount()));
  }

  private static long keptOfLayer(ModelConfig config) {
    long queries = (long) config.numAttentionHeads() * config.headDim();
    long keys = (long) config.numKeyValueHeads() * config.headDim();
    long normed = config.family().layer().queryKeyNorm() ? KEPT_NORMED_WIDTHS : 0;
    return KEPT_WIDTHS * config.hiddenSize()
        + (KEPT_QUERY_WIDTHS + normed) * queries
        + (KEPT_KEY_WIDTHS + normed) * keys
        + KEPT_INNER_WIDTHS * config.intermediateSize();
  }
}
