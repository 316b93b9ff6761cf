package toolr0.torch.decode;

import org.bytedeco.pytorch.Tensor;
import toolr0.torch.tensor.TensorScope;

/** Scores of the vocabulary after texts, one row a text; valid until the rows take another step. */
public sealed interface Scores {

  /**
   * All of them, {@link Decoder#logitsStride} apart; what lies behind the vocabulary is minus
   * infinity.
   */
  float[] values();

  /** Scores that Java has. */
  record OnHost(float[] values) implements Scores {}

  /** Scores that lie on a device, [rows, V] in fp32. */
  record OnDevice(Tensor rowsV, int stride) implements Scores {
    @Override
    public float[] values() {
      try (TensorScope scope = TensorScope.open()) {
        return TensorDecoder.values(rowsV, stride);
      }
    }
  }
}
