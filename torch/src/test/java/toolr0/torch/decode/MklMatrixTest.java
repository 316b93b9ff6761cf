package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** Where MKL or matrix instructions are missing, there is no such matrix to test. */
class MklMatrixTest {
  private static final int MOST_ROWS = 130;

  private final SplittableRandom random = new SplittableRandom(11);

  record Shape(int out, int in) {}

  static Stream<Shape> shapes() {
    return MklMatrix.isAvailable()
        ? Stream.of(
            new Shape(17, 33),
            new Shape(640, 192),
            new Shape(1408, 256),
            new Shape(2048, 256),
            new Shape(192, 512),
            new Shape(256, 704),
            new Shape(1152, 896))
        : Stream.of();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("shapes")
  void aRowsBitsDoNotDependOnTheNumberOfRowsNorOnItsPlace(Shape shape) {
    float[] weight = normal(shape.out() * shape.in());
    float[] x = normal(MOST_ROWS * shape.in());
    try (Owned owned = new Owned();
        TensorScope scope = TensorScope.open()) {
      MklMatrix matrix = new MklMatrix(Tensors.floats(weight).view(shape.out(), shape.in()), owned);
      matrix.pack();
      float[] alone = new float[shape.out()];
      matrix.addProducts(x, 0, shape.in(), alone, 0, shape.out(), 1);
      float[] w16 = rounded(weight);
      float[] x16 = rounded(Arrays.copyOf(x, shape.in()));
      for (int o = 0; o < shape.out(); o++) {
        double sum = 0;
        for (int i = 0; i < shape.in(); i++) {
          sum += (double) w16[o * shape.in() + i] * x16[i];
        }
        assertThat(alone[o]).isCloseTo((float) sum, within(1e-3f));
      }
      int stride = shape.out() + 7;
      for (int rows = 1; rows <= MOST_ROWS; rows++) {
        int place = random.nextInt(rows);
        int from = random.nextInt(5);
        float[] inputs = Arrays.copyOfRange(x, 0, rows * shape.in());
        System.arraycopy(x, place * shape.in(), inputs, 0, shape.in());
        System.arraycopy(x, 0, inputs, place * shape.in(), shape.in());
        float[] y = new float[from + rows * stride];
        matrix.addProducts(inputs, 0, shape.in(), y, from, stride, rows);
        int at = from + place * stride;
        assertThat(Arrays.copyOfRange(y, at, at + shape.out()))
            .as("%d rows", rows)
            .isEqualTo(alone);
        assertThat(Arrays.copyOfRange(y, at + shape.out(), Math.min(y.length, at + stride)))
            .containsOnly(0f);
      }
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("shapes")
  void aRowThatHasNoRoomIsRefused(Shape shape) {
    try (Owned owned = new Owned();
        TensorScope scope = TensorScope.open()) {
      MklMatrix matrix =
          new MklMatrix(Tensors.zeros(ScalarType.Float, shape.out(), shape.in()), owned);
      matrix.pack();
      float[] x = new float[2 * shape.in()];
      float[] y = new float[2 * shape.out() - 1];
      assertThatThrownBy(() -> matrix.addProducts(x, 0, shape.in(), y, 0, shape.out(), 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private float[] normal(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] rounded(float[] exact) {
    return Tensors.toFloats(Tensors.floats(exact).to(ScalarType.BFloat16).to(ScalarType.Float));
  }
}
