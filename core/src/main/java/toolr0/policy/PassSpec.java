package toolr0.policy;

import toolr0.base.Check;

/**
 * The limits of one forward and backward pass, which decide the memory that it takes.
 *
 * @param tokensPerMicroBatch most tokens (prompt once, then all completions) in one pass, at least
 *     1
 * @param gradientCheckpointing whether a layer keeps only its input and is computed again for the
 *     gradients; they have the same bits either way
 * @param lmHeadChunkMb most MiB of a tensor over the vocabulary, at least 1
 */
public record PassSpec(int tokensPerMicroBatch, boolean gradientCheckpointing, int lmHeadChunkMb) {

  public PassSpec {
    Check.atLeast("tokens_per_micro_batch", tokensPerMicroBatch, 1);
    Check.atLeast("lm_head_chunk_mb", lmHeadChunkMb, 1);
  }

  /** MiB that scores over the vocabulary take unless something else is asked for. */
  public static final int LM_HEAD_CHUNK_MB = 64;

  /** Passes that keep what they compute. */
  public static PassSpec ofTokens(int tokensPerMicroBatch) {
    return new PassSpec(tokensPerMicroBatch, false, LM_HEAD_CHUNK_MB);
  }
}
