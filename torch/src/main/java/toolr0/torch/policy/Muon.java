package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Muon for the matrices of a model's layers (Jordan and others, 2024): the momentum of the
 * gradients, turned into a nearly orthogonal matrix by five Newton-Schulz steps. Updates have the
 * size of AdamW's (arXiv 2502.16982, section 2.2), and Nesterov's momentum is 0.95. Weight decay,
 * embeddings, norms and biases are left to {@link AdamW}.
 */
final class Muon implements AutoCloseable {
  private static final double MOMENTUM = 0.95;
  private static final double UPDATE_SIZE = 0.2;
  private static final int NEWTON_SCHULZ_STEPS = 5;
  private static final double A = 3.4445;
  private static final double B = -4.7750;
  private static final double C = 2.0315;

  /** Rows of a parameter that are one projection of their own. */
  private record Projection(Tensor weights, Tensor gradient, Tensor momentum) {}

  private final Owned owned = new Owned();
  private final List<Projection> projections = new ArrayList<>();
  private final Device device;

  Muon(Weights weights) {
    device = weights.device();
    ModelConfig config = weights.config();
    long queries = (long) config.numAttentionHeads() * config.headDim();
    long keys = (long) config.numKeyValueHeads() * config.headDim();
    long inner = config.intermediateSize();
    try (TensorScope scope = TensorScope.open()) {
      for (Weights.Layer layer : weights.layers()) {
        add(layer.qkv().weight(), queries, keys, keys);
        add(layer.output().weight(), config.hiddenSize());
        add(layer.gateUp().weight(), inner, inner);
        add(layer.down().weight(), config.hiddenSize());
      }
    }
  }

  private void add(Tensor matrix, long... rows) {
    long from = 0;
    for (long count : rows) {
      projections.add(
          new Projection(
              owned.keep(matrix.detach().narrow(0, from, count)),
              owned.keep(matrix.grad().narrow(0, from, count)),
              owned.keep(Tensors.zeros(device, ScalarType.Float, count, matrix.size(1)))));
      from += count;
    }
  }

  /** Moves the matrices by their present gradients and sets those to zero. */
  void step(double learningRate) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Projection p : projections) {
        try (TensorScope scope = TensorScope.open()) {
          p.momentum().lerp_(p.gradient(), Tensors.scalar(1 - MOMENTUM));
          Tensor direction = p.gradient().lerp(p.momentum(), Tensors.scalar(MOMENTUM));
          double size =
              UPDATE_SIZE * Math.sqrt((double) Math.max(direction.size(0), direction.size(1)));
          p.weights().add_(orthogonal(direction), Tensors.scalar(-learningRate * size));
          p.gradient().zero_();
        }
      }
    }
  }

  /** A matrix with the same singular vectors and singular values near 1. */
  static Tensor orthogonal(Tensor matrix) {
    boolean tall = matrix.size(0) > matrix.size(1);
    Tensor x = tall ? matrix.t() : matrix;
    x = x.div(x.norm().add(Tensors.scalar(1e-7)));
    for (int i = 0; i < NEWTON_SCHULZ_STEPS; i++) {
      Tensor gram = x.matmul(x.t());
      Tensor polynomial = gram.mul(Tensors.scalar(B)).add(gram.matmul(gram), Tensors.scalar(C));
      x = x.mul(Tensors.scalar(A)).add(polynomial.matmul(x));
    }
    return tall ? x.t() : x;
  }

  @Override
  public void close() {
    owned.close();
  }
}
