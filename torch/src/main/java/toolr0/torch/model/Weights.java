package toolr0.torch.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.base.Seed;
import toolr0.policy.Device;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.model.ParameterLayout.LayerSlots;
import toolr0.torch.model.ParameterLayout.LinearSlots;
import toolr0.torch.model.ParameterLayout.Part;
import toolr0.torch.model.ParameterLayout.Slot;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * A model's parameters in fp32, all in one flat buffer with a view per parameter. With gradients
 * on, a second flat buffer of the same layout receives them: the optimizer, the norm and a
 * collective are then operations on one vector. Frozen matrices may stay in bf16, on the CPU where
 * the checkpoint's file has them.
 */
public final class Weights implements Trainable {

  /** A matrix [out, in], and its bias [out] if it has one. */
  public record Linear(Tensor weight, Optional<Tensor> bias) {}

  /** Norms over the width of a head, [headDim] each. */
  public record QueryKeyNorm(Tensor query, Tensor key) {}

  /**
   * The parameters of one layer, queries, keys and values in one matrix and gate and up in another.
   * The rows of queries and keys, and their norms, are in the order in which neighbours rotate
   * together.
   */
  public record Layer(
      Tensor inputNorm,
      Linear qkv,
      Optional<QueryKeyNorm> queryKeyNorm,
      Linear output,
      Tensor postNorm,
      Linear gateUp,
      Linear down) {}

  /** A checkpoint's tensor: its name, shape and fp32 values in row-major order. */
  public record Exported(String name, long[] shape, Tensor values) {}

  private final Owned owned = new Owned();
  private final ModelConfig config;
  private final Device device;
  private final ParameterLayout layout;
  private final ParameterMemory memory;
  private final Tensor flatGrad;
  private final Tensor embedding;
  private final Tensor lmHead;
  private final Tensor finalNorm;
  private final List<Layer> layers = new ArrayList<>();

  /** Weights in a memory, which they take over. */
  private Weights(
      ModelConfig config,
      Device device,
      ParameterLayout layout,
      ParameterMemory memory,
      boolean trainable) {
    this.config = config;
    this.device = device;
    this.layout = layout;
    this.memory = memory;
    try (TensorScope scope = TensorScope.open()) {
      flatGrad =
          owned.keep(Tensors.zeros(device, ScalarType.Float, trainable ? layout.length() : 0));
      embedding = parameter(layout.embedding(), trainable);
      lmHead = config.tieWordEmbeddings() ? embedding : parameter(layout.lmHead(), trainable);
      finalNorm = parameter(layout.finalNorm(), trainable);
      for (LayerSlots slots : layout.layers()) {
        layers.add(layer(slots, trainable));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Room for weights in fp32. */
  private static Weights roomInFp32(ModelConfig config, Device device, boolean trainable) {
    return roomInFp32(
        config, device, trainable, length -> Tensors.zeros(device, ScalarType.Float, length));
  }

  private static Weights roomInFp32(
      ModelConfig config, Device device, boolean trainable, LongFunction<Tensor> values) {
    ParameterLayout layout = new ParameterLayout(config);
    try (TensorScope scope = TensorScope.open()) {
      ParameterMemory memory = ParameterMemory.flat(layout, values.apply(layout.length()));
      return new Weights(config, device, layout, memory, trainable);
    }
  }

  /** Room for frozen weights with matrices in bf16, but for those that stay in a file. */
  private static Weights roomInBf16(
      ModelConfig config, Device device, Function<Slot, Optional<Tensor>> file) {
    ParameterLayout layout = new ParameterLayout(config);
    try (TensorScope scope = TensorScope.open()) {
      ParameterMemory memory = ParameterMemory.frozen(layout, device, vectorType(device), file);
      return new Weights(config, device, layout, memory, false);
    }
  }

  private Layer layer(LayerSlots slots, boolean trainable) {
    return new Layer(
        parameter(slots.inputNorm(), trainable),
        linear(slots.qkv(), trainable),
        slots
            .queryKeyNorm()
            .map(
                norms ->
                    new QueryKeyNorm(
                        parameter(norms.query(), trainable), parameter(norms.key(), trainable))),
        linear(slots.output(), trainable),
        parameter(slots.postNorm(), trainable),
        linear(slots.gateUp(), trainable),
        linear(slots.down(), trainable));
  }

  private Linear linear(LinearSlots slots, boolean trainable) {
    return new Linear(
        parameter(slots.weight(), trainable), slots.bias().map(bias -> parameter(bias, trainable)));
  }

  /** Where the values of a checkpoint's tensors come from. */
  @FunctionalInterface
  public interface Source {
    /**
     * The tensor of that name with the given shape, in any floating type, made in the caller's
     * scope.
     */
    Tensor tensor(String name, long[] shape);

    /** Tells that a tensor has been read and is not asked for again. */
    default void done(String name) {}

    /**
     * Tensors as one in bf16, rows after rows, where they lie so in memory that stays as long as
     * the weights; made in the caller's scope.
     */
    default Optional<Tensor> inFile(List<String> names, long[] shape) {
      return Optional.empty();
    }
  }

  /**
   * Norms and biases beside matrices in bf16: on the CPU decoding takes them in fp32, elsewhere
   * layers compute in bf16 throughout.
   */
  private static ScalarType vectorType(Device device) {
    return device.isCpu() ? ScalarType.Float : ScalarType.BFloat16;
  }

  /** Reads a checkpoint's tensors into fp32, in the machine's memory. */
  public static Weights load(ModelConfig config, boolean trainable, Source source) {
    return load(config, Device.CPU, trainable, source);
  }

  /** Reads a checkpoint's tensors into fp32. */
  public static Weights load(ModelConfig config, Device device, boolean trainable, Source source) {
    return load(roomInFp32(config, device, trainable), source);
  }

  /**
   * Reads a checkpoint's tensors for weights that are not trained, matrices into bf16, in the
   * machine's memory; those stay where they are that the source has in one piece.
   */
  public static Weights loadBf16(ModelConfig config, Source source) {
    return loadBf16(config, Device.CPU, source);
  }

  /** Reads a checkpoint's tensors for weights that are not trained, matrices into bf16. */
  public static Weights loadBf16(ModelConfig config, Device device, Source source) {
    return load(
        roomInBf16(
            config,
            device,
            slot ->
                device.isCpu() && slot.parts().stream().allMatch(part -> part.rotaryHeads() == 0)
                    ? source.inFile(slot.parts().stream().map(Part::name).toList(), slot.shape())
                    : Optional.empty()),
        source);
  }

  /** Room beside these weights for a copy in bf16, which {@link #copyFrom} fills. */
  public Weights frozen() {
    return roomInBf16(config, device, slot -> Optional.empty());
  }

  /** Takes over the values of weights of the same model as they are now. */
  public void copyFrom(Weights other) {
    if (useFile()) {
      throw new IllegalStateException("the weights lie in a file");
    }
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      for (Slot slot : layout.slots()) {
        memory.of(slot).copy_(other.memory.of(slot));
      }
    }
  }

  private static Weights load(Weights weights, Source source) {
    try {
      weights.read(source);
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  private void read(Source source) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Slot slot : layout.slots()) {
        if (memory.isInFile(slot)) {
          continue;
        }
        for (Part part : slot.parts()) {
          try (TensorScope scope = TensorScope.open()) {
            Tensor rows = rows(slot, part);
            Tensor values = Tensors.to(device, source.tensor(part.name(), shape(slot, part)));
            rows.copy_(part.rotaryHeads() == 0 ? values : interleave(values, part.rotaryHeads()));
          }
          source.done(part.name());
        }
      }
    }
  }

  /** Fresh weights in the machine's memory. */
  public static Weights random(ModelConfig config, Seed seed) {
    return random(config, Device.CPU, seed);
  }

  /**
   * Fresh weights: normal with standard deviation 0.02 (residual outputs smaller by depth), norms
   * 1, biases 0.
   */
  public static Weights random(ModelConfig config, Device device, Seed seed) {
    Weights weights = roomInFp32(config, device, true);
    float[] values = new float[Math.toIntExact(weights.layout.length())];
    SplittableRandom random = seed.derive("weights").random();
    double residual = 0.02 / Math.sqrt(2.0 * config.numHiddenLayers());
    for (Slot slot : weights.layout.slots()) {
      String name = slot.parts().getFirst().name();
      boolean residualOutput = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
      for (long i = slot.offset(); i < slot.offset() + slot.numel(); i++) {
        if (slot.shape().length == 2) {
          values[(int) i] = (float) (random.nextGaussian() * (residualOutput ? residual : 0.02));
        } else if (name.endsWith("norm.weight")) {
          values[(int) i] = 1;
        }
      }
    }
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      weights.flat().copy_(Tensors.floats(device, values));
    }
    return weights;
  }

  /** The same parameters in the same memory, with gradients of their own. */
  public Weights sharing() {
    return roomInFp32(config, device, true, length -> flat().detach());
  }

  public ModelConfig config() {
    return config;
  }

  @Override
  public Device device() {
    return device;
  }

  /** Whether matrices are in fp32. */
  public boolean inFp32() {
    return memory.flat().isPresent();
  }

  /**
   * All parameters as one fp32 vector.
   *
   * @throws IllegalStateException when matrices are in bf16
   */
  @Override
  public Tensor flat() {
    return memory
        .flat()
        .orElseThrow(() -> new IllegalStateException("matrices are frozen in bf16"));
  }

  /** The gradients, same layout; empty when the weights are frozen. */
  @Override
  public Tensor flatGrad() {
    return flatGrad;
  }

  /** Number of leading values of {@link #flat} that belong to matrices. */
  @Override
  public long matrixLength() {
    return layout.matrixLength();
  }

  /** Bytes of all matrices. */
  public long matrixBytes() {
    return layout.slots().stream()
        .filter(slot -> slot.offset() < layout.matrixLength())
        .mapToLong(slot -> memory.of(slot).nbytes())
        .sum();
  }

  /** Whether some lie in the checkpoint's file, which must stay open as long as they are used. */
  public boolean useFile() {
    return memory.usesFile();
  }

  /** Number of parameters; a tied head counts once. */
  public long numParameters() {
    return layout.slots().stream().mapToLong(Slot::numel).sum();
  }

  /**
   * The checkpoint's tensors in the machine's memory, made in the caller's scope; a tied head is
   * left out.
   */
  public List<Exported> export() {
    return exported(memory::of);
  }

  /** The gradients under the checkpoint's names, made in the caller's scope. */
  public List<Exported> exportGradients() {
    return exported(slot -> slot.in(flatGrad));
  }

  /** [V, D]. */
  public Tensor embedding() {
    return embedding;
  }

  /** [V, D]; the embedding when tied. */
  public Tensor lmHead() {
    return lmHead;
  }

  /** [D]. */
  public Tensor finalNorm() {
    return finalNorm;
  }

  /** From the first to the last. */
  public List<Layer> layers() {
    return layers;
  }

  private List<Exported> exported(Function<Slot, Tensor> buffer) {
    List<Exported> tensors = new ArrayList<>();
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Slot slot : layout.slots()) {
        for (Part part : slot.parts()) {
          Tensor rows =
              buffer.apply(slot).narrow(0, part.firstRow(), part.rows()).cpu().to(ScalarType.Float);
          Tensor values = part.rotaryHeads() == 0 ? rows : separate(rows, part.rotaryHeads());
          tensors.add(new Exported(part.name(), shape(slot, part), values.contiguous()));
        }
      }
    }
    return tensors;
  }

  private Tensor parameter(Slot slot, boolean trainable) {
    Tensor parameter = owned.keep(memory.of(slot).detach());
    if (trainable) {
      receive(parameter, slot.in(flatGrad));
    }
    return parameter;
  }

  /** Lets a parameter's gradients gather in a stretch of memory. */
  static void receive(Tensor parameter, Tensor gradient) {
    parameter.requires_grad_(true);
    parameter.mutable_grad().put(gradient.detach());
  }

  private Tensor rows(Slot slot, Part part) {
    return memory.of(slot).narrow(0, part.firstRow(), part.rows());
  }

  private long[] shape(Slot slot, Part part) {
    return slot.shape().length == 1
        ? new long[] {part.rows()}
        : new long[] {part.rows(), slot.shape()[1]};
  }

  /** Rows (i, i + D/2) of each head become neighbours. */
  static Tensor interleave(Tensor rows, long heads) {
    long perHead = rows.size(0) / heads;
    return rows.reshape(heads, 2, perHead / 2, -1).transpose(1, 2).reshape(rows.sizes());
  }

  static Tensor separate(Tensor rows, long heads) {
    long perHead = rows.size(0) / heads;
    return rows.reshape(heads, perHead / 2, 2, -1).transpose(1, 2).reshape(rows.sizes());
  }

  @Override
  public void close() {
    owned.close();
    memory.close();
  }
}
