package toolr0.torch.model;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Scores of every vocabulary id, and the gradients through them. The vocabulary is gone through in
 * tiles, so that beside the scores nothing of the head's size is made.
 */
public final class LmHeadProduct {
  private final Tensor weight;
  private final Precision precision;
  private final Device device;
  private final long tile;

  /**
   * The head of a model.
   *
   * @param mostBytes of a tile
   */
  public LmHeadProduct(Transformer model, long mostBytes) {
    weight = model.weights().lmHead();
    precision = model.precision();
    device = model.device();
    tile = Math.max(1, mostBytes / (Float.BYTES * weight.size(1)));
  }

  private interface Tile {
    void of(long from, long length);
  }

  private void eachTile(Tile each) {
    long vocabulary = weight.size(0);
    for (long from = 0; from < vocabulary; from += tile) {
      try (TensorScope scope = TensorScope.open()) {
        each.of(from, Math.min(tile, vocabulary - from));
      }
    }
  }

  /**
   * Scores without gradients.
   *
   * @param hidden outputs of the layers, [rows, D]
   * @return [rows, V], made in the caller's scope
   */
  public Tensor scores(Tensor hidden) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor rows = precision.operand(hidden);
      if (tile >= weight.size(0)) {
        return scope.handOut(torch.linear(rows, precision.operand(weight)).to(ScalarType.Float));
      }
      Tensor scores =
          scope.handOut(Tensors.empty(device, ScalarType.Float, hidden.size(0), weight.size(0)));
      eachTile(
          (from, length) ->
              scores
                  .narrow(1, from, length)
                  .copy_(torch.linear(rows, precision.operand(weight.narrow(0, from, length)))));
      return scores;
    }
  }

  /**
   * Goes back through {@link #scores}; the head's own gradient, if it is trained, is added to.
   *
   * @param hidden what the scores were made of
   * @param gradient of the scores, [rows, V]
   * @param ofHidden receives the gradient of {@code hidden}
   */
  public void backward(Tensor hidden, Tensor gradient, Tensor ofHidden) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor rows = precision.operand(hidden);
      eachTile(
          (from, length) -> {
            Tensor part = precision.operand(gradient.narrow(1, from, length));
            Tensor product = part.mm(precision.operand(weight.narrow(0, from, length)));
            if (from == 0) {
              ofHidden.copy_(product);
            } else {
              ofHidden.add_(product);
            }
            if (weight.requires_grad()) {
              Tensor ofWeight = weight.grad().narrow(0, from, length);
              ofWeight.add_(part.t().mm(rows).to(ScalarType.Float));
            }
          });
    }
  }
}
