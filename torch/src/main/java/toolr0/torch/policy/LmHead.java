package toolr0.torch.policy;

import java.util.Arrays;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.PassSpec;
import toolr0.torch.model.LmHeadProduct;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.TrainingPass;
import toolr0.torch.model.Transformer;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * The vocabulary end of a training pass, in chunks: each chunk's scores are made, turned into a
 * loss and differentiated before the next, so that no [tokens, vocabulary] tensor of a whole batch
 * ever exists. A chunk has a handful of tensors of its scores' size. The gradient of the hidden
 * states gathers meanwhile and enters the layers once.
 */
final class LmHead {
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
      Transformer model,
      PackedBatch batch,
      double temperature,
      PassSpec passes,
      ChunkLoss chunkLoss) {
    TrainingPass pass = TrainingPass.of(model, batch, passes.gradientCheckpointing());
    LmHeadProduct head = new LmHeadProduct(model, bytes(passes));
    Tensor hiddenM = pass.hidden().index_select(0, targetRows(model, batch));
    Tensor gradientM =
        Tensors.empty(model.device(), ScalarType.Float, hiddenM.size(0), hiddenM.size(1));
    double loss = 0;
    int targets = batch.targetIdsM().length;
    int chunk = chunk(model, passes);
    for (int from = 0; from < targets; from += chunk) {
      int length = Math.min(chunk, targets - from);
      try (TensorScope scope = TensorScope.open()) {
        Tensor hidden = hiddenM.narrow(0, from, length);
        Tensor scores = head.scores(hidden).requires_grad_(true);
        Tensor logProbs = torch.log_softmax(atTemperature(scores, temperature), -1);
        Tensor entropy;
        try (NoGradGuard noGrad = new NoGradGuard()) {
          entropy = logProbs.exp().mul_(logProbs).sum(-1L).neg();
        }
        Tensor value = chunkLoss.of(ofTargets(model, logProbs, batch, from, length), entropy, from);
        value.backward();
        loss += value.item_double();
        head.backward(hidden, scores.grad(), gradientM.narrow(0, from, length));
      }
    }
    if (targets > 0) {
      pass.backward(batch.targetRowsM(), gradientM);
    }
    return loss;
  }

  /** Log-probability of each target at a temperature, without gradients. */
  static float[] logProbs(
      Transformer model, PackedBatch batch, double temperature, PassSpec passes) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor hiddenM = model.forward(batch).index_select(0, targetRows(model, batch));
      LmHeadProduct head = new LmHeadProduct(model, bytes(passes));
      int targets = batch.targetIdsM().length;
      float[] result = new float[targets];
      int chunk = chunk(model, passes);
      for (int from = 0; from < targets; from += chunk) {
        int length = Math.min(chunk, targets - from);
        try (TensorScope inner = TensorScope.open()) {
          Tensor scores = atTemperature(head.scores(hiddenM.narrow(0, from, length)), temperature);
          float[] part =
              Tensors.toFloats(
                  ofTargets(model, torch.log_softmax(scores, -1), batch, from, length));
          System.arraycopy(part, 0, result, from, length);
        }
      }
      return result;
    }
  }

  private static Tensor atTemperature(Tensor scores, double temperature) {
    return temperature == 1 ? scores : scores.div(Tensors.scalar(temperature));
  }

  private static Tensor targetRows(Transformer model, PackedBatch batch) {
    return Tensors.longs(model.device(), batch.targetRowsM());
  }

  private static Tensor ofTargets(
      Transformer model, Tensor logProbs, PackedBatch batch, int from, int length) {
    Tensor ids =
        Tensors.longs(model.device(), Arrays.copyOfRange(batch.targetIdsM(), from, from + length));
    return logProbs.gather(1, ids.unsqueeze(1)).squeeze(1);
  }

  private static long bytes(PassSpec passes) {
    return (long) passes.lmHeadChunkMb() << 20;
  }

  /** Targets whose scores together stay within the limit. */
  private static int chunk(Transformer model, PassSpec passes) {
    long row = (long) Float.BYTES * model.config().vocabSize();
    return Math.toIntExact(Math.max(1, bytes(passes) / row));
  }
}
