package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** The direction in which Muon moves a matrix. */
class MuonTest {

  @ParameterizedTest
  @CsvSource({"24, 24", "24, 60", "60, 24"})
  void directionIsNearlyOrthogonal(int rows, int columns) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor direction = Muon.orthogonal(random(rows, columns));
      assertThat(direction.sizes().vec().get()).containsExactly(rows, columns);
      Tensor wide = rows > columns ? direction.t() : direction;
      float[] gram = Tensors.toFloats(wide.matmul(wide.t()));
      int side = Math.min(rows, columns);
      for (int i = 0; i < side; i++) {
        assertThat(gram[i * side + i]).isBetween(0.3f, 1.6f);
        int row = i;
        double others =
            IntStream.range(0, side)
                .filter(j -> j != row)
                .mapToDouble(j -> gram[row * side + j] * gram[row * side + j])
                .sum();
        assertThat(Math.sqrt(others)).isLessThan(0.5);
      }
    }
  }

  @Test
  void sizeOfTheGradientDoesNotMatter() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor gradient = random(16, 20);
      float[] one = Tensors.toFloats(Muon.orthogonal(gradient));
      float[] scaled = Tensors.toFloats(Muon.orthogonal(gradient.mul(Tensors.scalar(1024))));
      assertThat(scaled).usingComparatorWithPrecision(1e-3f).containsExactly(one);
    }
  }

  private static Tensor random(int rows, int columns) {
    SplittableRandom random = new SplittableRandom(rows * 1000L + columns);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensors.floats(values).view(rows, columns);
  }
}
