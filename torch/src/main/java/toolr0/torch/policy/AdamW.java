package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import toolr0.policy.Device;
import toolr0.policy.OptimizerSpec;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.SafetensorsWriter;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.model.Trainable;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101) over a flat vector of
 * parameters, in fp32, with moments as {@link OptimizerSpec#optim} says. Norms and biases are not
 * decayed.
 */
public final class AdamW implements AutoCloseable {
  private static final String FILE = "optimizer.safetensors";
  private static final String STEP = "step";

  /** Values that a step takes at a time, so that what it makes on the way stays small. */
  private static final long CHUNK = 1 << 22;

  private final Owned owned = new Owned();
  private final Trainable parameters;
  private final OptimizerSpec spec;
  private final List<Part> parts = new ArrayList<>();
  private long steps;

  /** The moments of a stretch of the parameters. */
  private record Part(long from, long length, Moments moments) {}

  /** A stretch of a vector. */
  interface Chunk {
    void of(long from, long length);
  }

  public AdamW(Trainable parameters, OptimizerSpec spec) {
    this.parameters = parameters;
    this.spec = spec;
    long length = parameters.flat().numel();
    Device device = parameters.device();
    try (TensorScope scope = TensorScope.open()) {
      switch (spec.optim()) {
        case ADAMW -> parts.add(new Part(0, length, new Fp32Moments("", device, length, owned)));
        case ADAMW_8BIT -> {
          long matrices = parameters.matrixLength();
          parts.add(new Part(0, matrices, eightBit(device, matrices)));
          if (length > matrices) {
            Moments rest = new Fp32Moments("rest.", device, length - matrices, owned);
            parts.add(new Part(matrices, length - matrices, rest));
          }
        }
      }
    }
  }

  /** The CPU's threads take blocks one by one; elsewhere a block of its own would be too little. */
  private Moments eightBit(Device device, long length) {
    return device.isCpu()
        ? new EightBitMoments(length, owned)
        : new EightBitTensorMoments(device, length, owned);
  }

  /** Goes over a vector in stretches of bounded length. */
  static void inChunks(long length, Chunk chunk) {
    for (long from = 0; from < length; from += CHUNK) {
      chunk.of(from, Math.min(CHUNK, length - from));
    }
  }

  /** Sets all gradients to zero. */
  public void zeroGrad() {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      parameters.flatGrad().zero_();
    }
  }

  /** The Euclidean norm of all gradients. */
  public double gradNorm() {
    double[] squares = {0};
    try (NoGradGuard noGrad = new NoGradGuard()) {
      inChunks(
          parameters.flatGrad().numel(),
          (from, length) -> {
            try (TensorScope scope = TensorScope.open()) {
              double norm = parameters.flatGrad().narrow(0, from, length).norm().item_double();
              squares[0] += norm * norm;
            }
          });
    }
    return Math.sqrt(squares[0]);
  }

  /**
   * Moves the parameters by the present gradients.
   *
   * @param gradScale every gradient is multiplied by it first (clipping)
   */
  public void step(double learningRate, double gradScale) {
    steps++;
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      if (gradScale != 1) {
        parameters.flatGrad().mul_(Tensors.scalar(gradScale));
      }
      if (spec.weightDecay() != 0) {
        parameters
            .flat()
            .narrow(0, 0, parameters.matrixLength())
            .mul_(Tensors.scalar(1 - learningRate * spec.weightDecay()));
      }
      Moments.Step step = Moments.Step.of(spec, learningRate, steps);
      for (Part part : parts) {
        part.moments()
            .step(
                parameters.flat().narrow(0, part.from(), part.length()),
                parameters.flatGrad().narrow(0, part.from(), part.length()),
                step);
      }
    }
  }

  /** Steps made, those before a resume included. */
  public long steps() {
    return steps;
  }

  /** Writes moments and step count into a folder. */
  public void save(Path folder) {
    try (TensorScope scope = TensorScope.open()) {
      List<TensorToWrite> state =
          parts.stream().flatMap(part -> part.moments().state().stream()).toList();
      SafetensorsWriter.write(folder.resolve(FILE), state, Map.of(STEP, Long.toString(steps)));
    }
  }

  /** Reads what {@link #save} wrote. */
  public void load(Path folder) {
    Path path = folder.resolve(FILE);
    try (Safetensors file = Safetensors.open(path);
        TensorScope scope = TensorScope.open()) {
      parts.forEach(part -> part.moments().restore(file, path));
      String step = file.metadata().get(STEP);
      if (step == null || !step.matches("\\d{1,15}")) {
        throw new CheckpointException(
            path + ": the metadata has no valid \"step\"; the file is damaged");
      }
      steps = Long.parseLong(step);
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
