package toolr0.torch.policy;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.Transformer;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * The vocabulary end of a training pass, in chunks: each chunk's scores are made, turned into a
 * loss and differentiated before the next, so that no [tokens, vocabulary] tensor of a whole batch
 * ever exists. The gradient of the hidden states gathers meanwhile and enters the layers once.
 */
final class LmHead {
  /** Size of one chunk's scores. A chunk has a handful of tensors of this size. */
  private static final long CHUNK_BYTES = 16L << 20;

  private LmHead() {}

  /** Predicted tokens m of M. */
  interface ChunkLoss {
    /**
     * The loss of a chunk, a scalar.
     *
     * @param logProbsM differentiable log-probability of each target
     * @param entropyM entropy of each distribution in nats, without gradient
     * @param from index of the chunk's first target
     */
    Tensor of(Tensor logProbsM, Tensor entropyM, int from);
  }

  /**
   * One forward and backward pass: gradients are added to the weights'. Returns the summed loss.
   */
  static double accumulate(
      Transformer model, PackedBatch batch, double temperature, ChunkLoss chunkLoss) {
    Tensor hidden = model.forward(batch);
    Tensor hiddenM;
    try (NoGradGuard noGrad = new NoGradGuard()) {
      hiddenM = hidden.index_select(0, Tensors.longs(batch.targetRowsM()));
    }
    Tensor leaf = hiddenM.detach().requires_grad_(true);
    double loss = 0;
    int targets = batch.targetIdsM().length;
    int chunk = chunk(model);
    for (int from = 0; from < targets; from += chunk) {
      int length = Math.min(chunk, targets - from);
      try (TensorScope scope = TensorScope.open()) {
        Tensor logits = logits(model, leaf.narrow(0, from, length), temperature);
        Tensor logProbs = torch.log_softmax(logits, -1);
        Tensor entropy;
        try (NoGradGuard noGrad = new NoGradGuard()) {
          entropy = logProbs.exp().mul_(logProbs).sum(-1L).neg();
        }
        Tensor value = chunkLoss.of(ofTargets(logProbs, batch, from, length), entropy, from);
        value.backward();
        loss += value.item_double();
      }
    }
    if (targets > 0) {
      Tensor rows = hidden.index_select(0, Tensors.longs(batch.targetRowsM()));
      rows.backward(
          leaf.grad(),
          new org.bytedeco.pytorch.BoolOptional(),
          false,
          new org.bytedeco.pytorch.TensorArrayRefOptional());
    }
    return loss;
  }

  /** Log-probability of each target at a temperature, without gradients. */
  static float[] logProbs(Transformer model, PackedBatch batch, double temperature) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor hiddenM = model.forward(batch).index_select(0, Tensors.longs(batch.targetRowsM()));
      int targets = batch.targetIdsM().length;
      float[] result = new float[targets];
      int chunk = chunk(model);
      for (int from = 0; from < targets; from += chunk) {
        int length = Math.min(chunk, targets - from);
        try (TensorScope inner = TensorScope.open()) {
          Tensor logits = logits(model, hiddenM.narrow(0, from, length), temperature);
          float[] part =
              Tensors.toFloats(ofTargets(torch.log_softmax(logits, -1), batch, from, length));
          System.arraycopy(part, 0, result, from, length);
        }
      }
      return result;
    }
  }

  private static Tensor logits(Transformer model, Tensor hidden, double temperature) {
    Tensor logits = model.logits(hidden);
    return temperature == 1 ? logits : logits.div(Tensors.scalar(temperature));
  }

  private static Tensor ofTargets(Tensor logProbs, PackedBatch batch, int from, int length) {
    Tensor ids =
        Tensors.longs(java.util.Arrays.copyOfRange(batch.targetIdsM(), from, from + length));
    return logProbs.gather(1, ids.unsqueeze(1)).squeeze(1);
  }

  private static int chunk(Transformer model) {
    return (int) Math.max(16, CHUNK_BYTES / (4L * model.config().vocabSize()));
  }
}
