package toolr0.torch.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.torch.tensor.Tensors;

/**
 * The types in which a model computes. Whatever it is, master weights and the optimizer are in
 * fp32, and so are scores over the vocabulary and the loss.
 */
public enum Precision {
  FP32(ScalarType.Float, ScalarType.Float),
  /**
   * Linear layers multiply in bf16, everything else is fp32. Pays only where the processor has bf16
   * matrix instructions; elsewhere it is several times slower than fp32.
   */
  BF16_LINEAR(ScalarType.BFloat16, ScalarType.Float),
  /**
   * All that layers make is bf16, attention included. On a processor attention in bf16 is 10 to 25
   * times slower than in fp32; on a GPU it is what flash kernels take.
   */
  BF16(ScalarType.BFloat16, ScalarType.BFloat16);

  private final ScalarType products;
  private final ScalarType activations;

  Precision(ScalarType products, ScalarType activations) {
    this.products = products;
    this.activations = activations;
  }

  /** The type of what layers hand on. */
  public ScalarType activations() {
    return activations;
  }

  /** A tensor as linear layers multiply it. */
  Tensor operand(Tensor tensor) {
    return tensor.to(products);
  }

  /** Whether linear layers multiply a tensor in a wider type than its own. */
  boolean widens(Tensor tensor) {
    return products == ScalarType.Float && Tensors.type(tensor) != ScalarType.Float;
  }

  /** A tensor as layers hand it on. */
  Tensor activation(Tensor tensor) {
    return tensor.to(activations);
  }
}
