package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

final class RowMatrixTest {
  private static final int MOST_ROWS = 9;

  private final SplittableRandom random = new SplittableRandom(8);

  /**
   * Fewer inputs than a vector, whole groups of them and some more; outputs that leave some over.
   */
  @Test
  void productsAreThoseOfTheMatrixAndTheirBitsDependOnNeitherRowsNorThreads() {
    for (int in : new int[] {1, 5, 32, 71}) {
      for (int out = 1; out <= 19; out++) {
        for (ScalarType type : new ScalarType[] {ScalarType.Float, ScalarType.BFloat16}) {
          check(in, out, type);
        }
      }
    }
  }

  private void check(int in, int out, ScalarType type) {
    float[] x = values(MOST_ROWS * in);
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = Tensors.floats(values(out * in)).view(out, in).to(type);
      float[] w = Tensors.toFloats(weight.to(ScalarType.Float));
      float[] all = products(weight, x, MOST_ROWS, 1);
      for (int row = 0; row < MOST_ROWS; row++) {
        for (int o = 0; o < out; o++) {
          double sum = 1;
          for (int i = 0; i < in; i++) {
            sum += (double) x[row * in + i] * w[o * in + i];
          }
          assertThat((double) all[row * out + o]).isCloseTo(sum, within(1e-4));
        }
      }
      for (int rows = 1; rows <= MOST_ROWS; rows++) {
        for (int threads = 1; threads <= 3; threads++) {
          assertThat(all).startsWith(products(weight, x, rows, threads));
        }
      }
    }
  }

  /** [rows, out], each product added to 1. */
  private static float[] products(Tensor weight, float[] x, int rows, int threads) {
    RowMatrix matrix = RowMatrix.of(weight, Team.of(threads));
    int in = (int) weight.size(1);
    int out = (int) weight.size(0);
    int stride = matrix.outputs();
    float[] y = new float[rows * stride];
    Arrays.fill(y, 1);
    matrix.addProducts(x, 0, in, y, 0, stride, rows);
    float[] dense = new float[rows * out];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(y, row * stride, dense, row * out, out);
    }
    return dense;
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
