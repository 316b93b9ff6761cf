package toolr0.torch.decode;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.Tensors;

/** A linear layer: a matrix, and its bias if it has one. */
final class PackedLinear {
  private final Matrix matrix;
  private final Optional<Tensor> source;
  private final float[] bias;

  /** Room for a layer; {@link #pack} fills it. */
  PackedLinear(Matrix matrix, Weights.Linear linear) {
    this.matrix = matrix;
    source = linear.bias();
    bias = new float[source.map(b -> Math.toIntExact(b.numel())).orElse(0)];
  }

  /** Copies weight and bias as they are now. */
  void pack() {
    matrix.pack();
    source.ifPresent(b -> Tensors.copyTo(b, bias));
  }

  /** Writes each row's result; rows begin at 0, as {@link Matrix#addProducts} wants them. */
  void products(float[] x, int xStride, float[] y, int yStride, int rows) {
    Arrays.fill(y, 0, rows * yStride, 0);
    addProducts(x, xStride, y, yStride, rows);
  }

  /** Adds each row's result to what is there. */
  void addProducts(float[] x, int xStride, float[] y, int yStride, int rows) {
    for (int r = 0; bias.length > 0 && r < rows; r++) {
      int at = r * yStride;
      for (int i = 0; i < bias.length; i++) {
        y[at + i] += bias[i];
      }
    }
    matrix.addProducts(x, 0, xStride, y, 0, yStride, rows);
  }
}
