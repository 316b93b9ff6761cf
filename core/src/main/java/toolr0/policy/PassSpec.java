package toolr0.policy;

/**
 * The limits of one forward and backward pass, which decide the memory that it takes.
 *
 * @param tokensPerMicroBatch most tokens (prompt once, then all completions) in one pass
 * @param gradientCheckpointing whether a layer keeps only its input and is computed again for the
 *     gradients; they have the same bits either way
 * @param lmHeadChunkMb most MiB of a tensor over the vocabulary
 */
public record PassSpec(int tokensPerMicroBatch, boolean gradientCheckpointing, int lmHeadChunkMb) {

  /** MiB that scores over the vocabulary take unless something else is asked for. */
  public static final int LM_HEAD_CHUNK_MB = 64;

  /** Passes that keep what they compute. */
  public static PassSpec ofTokens(int tokensPerMicroBatch) {
    return new PassSpec(tokensPerMicroBatch, false, LM_HEAD_CHUNK_MB);
  }
}
