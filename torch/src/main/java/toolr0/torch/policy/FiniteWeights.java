package toolr0.torch.policy;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.TensorInfo;

/** Refuses weights that are no numbers. */
final class FiniteWeights {
  private FiniteWeights() {}

  /**
   * The tensor, when all its values are finite.
   *
   * @param info where the values are from
   * @throws CheckpointException naming the file, the tensor and the first value that is not finite
   */
  static Tensor require(TensorInfo info, Tensor values) {
    double sum = values.sum(new ScalarTypeOptional(ScalarType.Double)).item_double();
    if (Double.isFinite(sum)) {
      return values;
    }
    float[] all = info.toFloats();
    int first = 0;
    while (first < all.length && Float.isFinite(all[first])) {
      first++;
    }
    throw new CheckpointException(
        "%s: tensor %s has the value %s at place %d of %d; weights are finite numbers: copy or download the file again"
            .formatted(info.file(), info.name(), all[first], first + 1, all.length));
  }
}
