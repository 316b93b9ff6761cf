package toolr0.torch.policy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.OptimizerSpec;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.SafetensorsWriter;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101) over a model's flat
 * parameter vector, in fp32. Norms and biases are not decayed.
 */
public final class AdamW implements AutoCloseable {
  private static final String FILE = "optimizer.safetensors";
  private static final String FIRST_MOMENT = "exp_avg";
  private static final String SECOND_MOMENT = "exp_avg_sq";
  private static final String STEP = "step";

  private final Owned owned = new Owned();
  private final Weights weights;
  private final OptimizerSpec spec;
  private final Tensor firstMoment;
  private final Tensor secondMoment;
  private long steps;

  public AdamW(Weights weights, OptimizerSpec spec) {
    this.weights = weights;
    this.spec = spec;
    try (TensorScope scope = TensorScope.open()) {
      long length = weights.flat().numel();
      firstMoment = owned.keep(Tensors.zeros(ScalarType.Float, length));
      secondMoment = owned.keep(Tensors.zeros(ScalarType.Float, length));
    }
  }

  /** Sets all gradients to zero. */
  public void zeroGrad() {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      weights.flatGrad().zero_();
    }
  }

  /** The Euclidean norm of all gradients. */
  public double gradNorm() {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      return weights.flatGrad().norm().item_double();
    }
  }

  /**
   * Moves the weights by the present gradients.
   *
   * @param gradScale every gradient is multiplied by it first (clipping)
   */
  public void step(double learningRate, double gradScale) {
    steps++;
    double correction1 = 1 - Math.pow(spec.adamBeta1(), (double) steps);
    double correction2 = 1 - Math.pow(spec.adamBeta2(), (double) steps);
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor grad = weights.flatGrad();
      if (gradScale != 1) {
        grad.mul_(Tensors.scalar(gradScale));
      }
      if (spec.weightDecay() != 0) {
        weights
            .flat()
            .narrow(0, 0, weights.matrixLength())
            .mul_(Tensors.scalar(1 - learningRate * spec.weightDecay()));
      }
      firstMoment.lerp_(grad, Tensors.scalar(1 - spec.adamBeta1()));
      secondMoment
          .mul_(Tensors.scalar(spec.adamBeta2()))
          .addcmul_(grad, grad, Tensors.scalar(1 - spec.adamBeta2()));
      Tensor denominator =
          secondMoment
              .sqrt()
              .div_(Tensors.scalar(Math.sqrt(correction2)))
              .add_(Tensors.scalar(spec.adamEpsilon()));
      weights
          .flat()
          .addcdiv_(firstMoment, denominator, Tensors.scalar(-learningRate / correction1));
    }
  }

  /** Steps made, those before a resume included. */
  public long steps() {
    return steps;
  }

  /** Writes moments and step count into a folder. */
  public void save(Path folder) {
    SafetensorsWriter.write(
        folder.resolve(FILE),
        List.of(toWrite(FIRST_MOMENT, firstMoment), toWrite(SECOND_MOMENT, secondMoment)),
        Map.of(STEP, Long.toString(steps)));
  }

  /** Reads what {@link #save} wrote. */
  public void load(Path folder) {
    try (Safetensors file = Safetensors.open(folder.resolve(FILE));
        TensorScope scope = TensorScope.open()) {
      restore(file, folder, FIRST_MOMENT, firstMoment);
      restore(file, folder, SECOND_MOMENT, secondMoment);
      String step = file.metadata().get(STEP);
      if (step == null || !step.matches("\\d{1,15}")) {
        throw new CheckpointException(
            folder.resolve(FILE) + ": the metadata has no valid \"step\"; the file is damaged");
      }
      steps = Long.parseLong(step);
    }
  }

  private static TensorToWrite toWrite(String name, Tensor tensor) {
    return TensorToWrite.of(name, DType.F32, List.of(tensor.numel()), Tensors.memory(tensor));
  }

  private static void restore(Safetensors file, Path folder, String name, Tensor into) {
    TensorInfo found =
        file.tensor(name)
            .filter(t -> t.dtype() == DType.F32 && t.elements() == into.numel())
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "%s: tensor %s of %d F32 values is missing; the optimizer state does not fit this model"
                            .formatted(folder.resolve(FILE), name, into.numel())));
    MemorySegment.copy(found.data(), 0, Tensors.memory(into), 0, found.data().byteSize());
  }

  @Override
  public void close() {
    owned.close();
  }
}
