package toolr0.torch.checkpoint;

/**
 * Which parameters a decoder layer has beside its seven matrices and two norms.
 *
 * @param queryKeyValueBias biases of the projections to queries, keys and values
 * @param outputBias bias of the projection from the heads back to the residual stream
 * @param mlpBias biases of the feed-forward layer's three matrices
 * @param queryKeyNorm RMSNorms over the width of a head, one for queries and one for keys, before
 *     the rotation
 */
public record LayerRecipe(
    boolean queryKeyValueBias, boolean outputBias, boolean mlpBias, boolean queryKeyNorm) {}
