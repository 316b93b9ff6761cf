package toolr0.torch.model;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.base.Seed;
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
 * collective are then operations on one vector.
 */
public final class Weights implements AutoCloseable {

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
  private final ParameterLayout layout;
  private final Tensor flat;
  private final Tensor flatGrad;
  private final Tensor embedding;
  private final Tensor lmHead;
  private final Tensor finalNorm;
  private final List<Layer> layers = new ArrayList<>();

  private Weights(ModelConfig config, boolean trainable) {
    this(config, trainable, length -> Tensors.zeros(ScalarType.Float, length));
  }

  private Weights(ModelConfig config, boolean trainable, LongFunction<Tensor> values) {
    this.config = config;
    layout = new ParameterLayout(config);
    try (TensorScope scope = TensorScope.open()) {
      flat = owned.keep(values.apply(layout.length()));
      flatGrad = owned.keep(Tensors.zeros(ScalarType.Float, trainable ? layout.length() : 0));
      embedding = parameter(layout.embedding(), trainable);
      lmHead = config.tieWordEmbeddings() ? embedding : parameter(layout.lmHead(), trainable);
      finalNorm = parameter(layout.finalNorm(), trainable);
      for (LayerSlots slots : layout.layers()) {
        layers.add(layer(slots, trainable));
      }
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
  }

  /** Reads a checkpoint's tensors. */
  public static Weights load(ModelConfig config, boolean trainable, Source source) {
    Weights weights = new Weights(config, trainable);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Slot slot : weights.layout.slots()) {
        for (Part part : slot.parts()) {
          try (TensorScope scope = TensorScope.open()) {
            Tensor rows = weights.rows(slot, part);
            Tensor values = source.tensor(part.name(), weights.shape(slot, part));
            rows.copy_(part.rotaryHeads() == 0 ? values : interleave(values, part.rotaryHeads()));
          }
        }
      }
    }
    return weights;
  }

  /**
   * Fresh weights: normal with standard deviation 0.02 (residual outputs smaller by depth), norms
   * 1, biases 0.
   */
  public static Weights random(ModelConfig config, Seed seed) {
    Weights weights = new Weights(config, true);
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
      weights.flat.copy_(Tensors.floats(values));
    }
    return weights;
  }

  /** The same parameters in the same memory, with gradients of their own. */
  public Weights sharing() {
    return new Weights(config, true, length -> flat.detach());
  }

  public ModelConfig config() {
    return config;
  }

  /** All parameters as one fp32 vector. */
  public Tensor flat() {
    return flat;
  }

  /** The gradients, same layout; empty when the weights are frozen. */
  public Tensor flatGrad() {
    return flatGrad;
  }

  /** Number of leading values of {@link #flat} that belong to matrices. */
  public long matrixLength() {
    return layout.matrixLength();
  }

  /** Number of parameters; a tied head counts once. */
  public long numParameters() {
    return layout.slots().stream().mapToLong(Slot::numel).sum();
  }

  /** The checkpoint's tensors, made in the caller's scope; a tied head is left out. */
  public List<Exported> export() {
    return exported(flat);
  }

  /** The gradients under the checkpoint's names, made in the caller's scope. */
  public List<Exported> exportGradients() {
    return exported(flatGrad);
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

  /** The memory of all parameters. */
  public MemorySegment memory() {
    return Tensors.memory(flat);
  }

  private List<Exported> exported(Tensor buffer) {
    List<Exported> tensors = new ArrayList<>();
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Slot slot : layout.slots()) {
        for (Part part : slot.parts()) {
          Tensor rows = rows(buffer, slot, part);
          Tensor values = part.rotaryHeads() == 0 ? rows : separate(rows, part.rotaryHeads());
          tensors.add(new Exported(part.name(), shape(slot, part), values.contiguous()));
        }
      }
    }
    return tensors;
  }

  private Tensor parameter(Slot slot, boolean trainable) {
    Tensor parameter =
        owned.keep(flat.narrow(0, slot.offset(), slot.numel()).view(slot.shape()).detach());
    if (trainable) {
      parameter.requires_grad_(true);
      Tensor grad = flatGrad.narrow(0, slot.offset(), slot.numel()).view(slot.shape()).detach();
      parameter.mutable_grad().put(grad);
    }
    return parameter;
  }

  private Tensor rows(Slot slot, Part part) {
    return rows(flat, slot, part);
  }

  private static Tensor rows(Tensor buffer, Slot slot, Part part) {
    return buffer
        .narrow(0, slot.offset(), slot.numel())
        .view(slot.shape())
        .narrow(0, part.firstRow(), part.rows());
  }

  private long[] shape(Slot slot, Part part) {
    return slot.shape().length == 1
        ? new long[] {part.rows()}
        : new long[] {part.rows(), slot.shape()[1]};
  }

  /** Rows (i, i + D/2) of each head become neighbours. */
  private static Tensor interleave(Tensor rows, long heads) {
    long perHead = rows.size(0) / heads;
    return rows.reshape(heads, 2, perHead / 2, -1).transpose(1, 2).reshape(rows.sizes());
  }

  private static Tensor separate(Tensor rows, long heads) {
    long perHead = rows.size(0) / heads;
    return rows.reshape(heads, perHead / 2, 2, -1).transpose(1, 2).reshape(rows.sizes());
  }

  @Override
  public void close() {
    owned.close();
  }
}
