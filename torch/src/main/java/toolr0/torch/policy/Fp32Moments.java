package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.Device;
import toolr0.policy.OptimizerSpec;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** Moments in fp32. */
final class Fp32Moments implements Moments {
  private final String firstName;
  private final String secondName;
  private final Tensor first;
  private final Tensor second;

  /**
   * Zeros.
   *
   * @param prefix of the tensors' names in a file
   * @param owned frees them
   */
  Fp32Moments(String prefix, Device device, long length, Owned owned) {
    firstName = prefix + "exp_avg";
    secondName = prefix + "exp_avg_sq";
    first = owned.keep(Tensors.zeros(device, ScalarType.Float, length));
    second = owned.keep(Tensors.zeros(device, ScalarType.Float, length));
  }

  @Override
  public void step(Tensor values, Tensor gradients, Step step) {
    AdamW.inChunks(
        first.numel(),
        (from, length) -> {
          try (TensorScope scope = TensorScope.open()) {
            step(
                values.narrow(0, from, length),
                gradients.narrow(0, from, length),
                first.narrow(0, from, length),
                second.narrow(0, from, length),
                step);
          }
        });
  }

  private static void step(Tensor values, Tensor grad, Tensor first, Tensor second, Step step) {
    OptimizerSpec spec = step.spec();
    first.lerp_(grad, Tensors.scalar(1 - spec.adamBeta1()));
    second
        .mul_(Tensors.scalar(spec.adamBeta2()))
        .addcmul_(grad, grad, Tensors.scalar(1 - spec.adamBeta2()));
    Tensor denominator =
        second
            .sqrt()
            .div_(Tensors.scalar(step.rootCorrection()))
            .add_(Tensors.scalar(spec.adamEpsilon()));
    values.addcdiv_(first, denominator, Tensors.scalar(-step.size()));
  }

  @Override
  public List<TensorToWrite> state() {
    return List.of(
        Moments.toWrite(firstName, DType.F32, first),
        Moments.toWrite(secondName, DType.F32, second));
  }

  @Override
  public void restore(Safetensors file, Path path) {
    Moments.restore(file, path, firstName, DType.F32, first);
    Moments.restore(file, path, secondName, DType.F32, second);
  }
}
