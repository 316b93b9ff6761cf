package toolr0.torch.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.base.Seed;
import toolr0.policy.Device;
import toolr0.policy.LoraSpec;
import toolr0.torch.checkpoint.AdapterTensors;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.model.ParameterLayout.LayerSlots;
import toolr0.torch.model.ParameterLayout.LinearSlots;
import toolr0.torch.tensor.Owned;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Low-rank changes of a model's linear layers (Hu and others, arXiv 2106.09685) in fp32, all in one
 * flat buffer like the weights of a model that is trained as a whole: {@code y = W x + alpha / r *
 * B A x}. The model itself is not touched, so that several sets of adapters share it.
 */
public final class Adapters implements Trainable {

  /**
   * The adapter of one of the checkpoint's matrices.
   *
   * @param module the checkpoint's name of the layer
   * @param firstRow where its outputs begin in the fused matrix
   * @param rows number of its outputs
   * @param a [r, in]
   * @param b [rows, r], rows in the order of the model's
   */
  public record Part(
      String module, long firstRow, long rows, long rotaryHeads, Tensor a, Tensor b) {}

  /**
   * The adapters of a fused matrix.
   *
   * @param parts by {@code firstRow}; none when the matrix is left as it is
   * @param rows of the matrix
   */
  public record Change(List<Part> parts, long rows) {
    static final Change NONE = new Change(List.of(), 0);

    public Change {
      parts = List.copyOf(parts);
    }
  }

  /** The adapters of a layer. */
  public record Layer(Change qkv, Change output, Change gateUp, Change down) {
    static final Layer NONE = new Layer(Change.NONE, Change.NONE, Change.NONE, Change.NONE);
  }

  private static final long ALIGNMENT = 16;
  private static final String WEIGHT = ".weight";

  /** Where an adapter lies in the flat buffer. */
  private record Place(ParameterLayout.Part part, long in, long offset) {}

  private final Owned owned = new Owned();
  private final ModelConfig config;
  private final Device device;
  private final LoraSpec spec;
  private final Tensor flat;
  private final Tensor flatGrad;
  private final List<Layer> layers = new ArrayList<>();
  private long length;

  private Adapters(
      ModelConfig config,
      Device device,
      LoraSpec spec,
      boolean trainable,
      LongFunction<Tensor> values) {
    this.config = config;
    this.device = device;
    this.spec = spec;
    ParameterLayout layout = new ParameterLayout(config);
    List<List<List<Place>>> places =
        layout.layers().stream()
            .map(slots -> linears(slots).stream().map(this::place).toList())
            .toList();
    try (TensorScope scope = TensorScope.open()) {
      flat = owned.keep(values.apply(length));
      flatGrad = owned.keep(Tensors.zeros(device, ScalarType.Float, trainable ? length : 0));
      for (int i = 0; i < places.size(); i++) {
        List<LinearSlots> linears = linears(layout.layers().get(i));
        List<Change> changes = new ArrayList<>();
        for (int j = 0; j < linears.size(); j++) {
          long rows = linears.get(j).weight().shape()[0];
          changes.add(
              new Change(
                  places.get(i).get(j).stream().map(place -> part(place, trainable)).toList(),
                  rows));
        }
        layers.add(new Layer(changes.get(0), changes.get(1), changes.get(2), changes.get(3)));
      }
    }
  }

  private static List<LinearSlots> linears(LayerSlots slots) {
    return List.of(slots.qkv(), slots.output(), slots.gateUp(), slots.down());
  }

  /** Gives every wanted part of a matrix its place. */
  private List<Place> place(LinearSlots linear) {
    List<Place> places = new ArrayList<>();
    long in = linear.weight().shape()[1];
    for (ParameterLayout.Part part : linear.weight().parts()) {
      String module = module(part);
      if (spec.targetModules().contains(module.substring(module.lastIndexOf('.') + 1))) {
        places.add(new Place(part, in, length));
        length += aligned(spec.r() * in) + aligned(spec.r() * part.rows());
      }
    }
    return places;
  }

  private static long aligned(long size) {
    return Math.ceilDiv(size, ALIGNMENT) * ALIGNMENT;
  }

  private static String module(ParameterLayout.Part part) {
    return part.name().substring(0, part.name().length() - WEIGHT.length());
  }

  private Part part(Place place, boolean trainable) {
    ParameterLayout.Part part = place.part();
    long ofB = place.offset() + aligned(spec.r() * place.in());
    return new Part(
        module(part),
        part.firstRow(),
        part.rows(),
        part.rotaryHeads(),
        parameter(place.offset(), new long[] {spec.r(), place.in()}, trainable),
        parameter(ofB, new long[] {part.rows(), spec.r()}, trainable));
  }

  private Tensor parameter(long offset, long[] shape, boolean trainable) {
    long size = shape[0] * shape[1];
    Tensor parameter = owned.keep(flat.narrow(0, offset, size).view(shape).detach());
    if (trainable) {
      Weights.receive(parameter, flatGrad.narrow(0, offset, size).view(shape));
    }
    return parameter;
  }

  /** Fresh adapters in the machine's memory. */
  public static Adapters fresh(ModelConfig config, LoraSpec spec, Seed seed) {
    return fresh(config, Device.CPU, spec, seed);
  }

  /** Adapters that change nothing yet: A uniform within 1 / sqrt(in), as PEFT has it, B zero. */
  public static Adapters fresh(ModelConfig config, Device device, LoraSpec spec, Seed seed) {
    Adapters adapters = zeros(config, device, spec, true);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Part part : adapters.parts()) {
        SplittableRandom random = seed.derive(part.module()).random();
        double bound = 1 / Math.sqrt((double) part.a().size(1));
        float[] values = new float[Math.toIntExact(part.a().numel())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-bound, bound);
        }
        try (TensorScope scope = TensorScope.open()) {
          part.a().copy_(Tensors.floats(device, values).view(part.a().sizes()));
        }
      }
    }
    return adapters;
  }

  /** Reads adapters; names are those of PEFT. */
  public static Adapters load(
      ModelConfig config, Device device, LoraSpec spec, boolean trainable, Weights.Source source) {
    Adapters adapters = zeros(config, device, spec, trainable);
    try {
      adapters.read(source);
      return adapters;
    } catch (RuntimeException | Error e) {
      adapters.close();
      throw e;
    }
  }

  private void read(Weights.Source source) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Part part : parts()) {
        try (TensorScope scope = TensorScope.open()) {
          part.a().copy_(source.tensor(AdapterTensors.nameOfA(part.module()), shape(part.a())));
          Tensor b =
              Tensors.to(
                  device, source.tensor(AdapterTensors.nameOfB(part.module()), shape(part.b())));
          part.b().copy_(part.rotaryHeads() == 0 ? b : Weights.interleave(b, part.rotaryHeads()));
        }
      }
    }
  }

  private static Adapters zeros(
      ModelConfig config, Device device, LoraSpec spec, boolean trainable) {
    return new Adapters(
        config, device, spec, trainable, length -> Tensors.zeros(device, ScalarType.Float, length));
  }

  /** The same parameters in the same memory, with gradients of their own. */
  Adapters sharing() {
    return new Adapters(config, device, spec, true, length -> flat.detach());
  }

  /** What the parameters are now, in the type that layers hand on. */
  public Adapters frozen(Precision precision) {
    return new Adapters(config, device, spec, false, length -> precision.activation(flat).detach());
  }

  private static long[] shape(Tensor tensor) {
    return new long[] {tensor.size(0), tensor.size(1)};
  }

  /** The tensors as PEFT names and orders them, in the machine's memory and the caller's scope. */
  public List<Weights.Exported> export() {
    return exported(parameter -> parameter.detach().cpu());
  }

  /** The gradients under the same names, made in the caller's scope. */
  public List<Weights.Exported> exportGradients() {
    return exported(parameter -> parameter.grad().detach().cpu());
  }

  private List<Weights.Exported> exported(UnaryOperator<Tensor> values) {
    List<Weights.Exported> tensors = new ArrayList<>();
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (Part part : parts()) {
        Tensor b = values.apply(part.b());
        Tensor ordered = part.rotaryHeads() == 0 ? b : Weights.separate(b, part.rotaryHeads());
        tensors.add(
            new Weights.Exported(
                AdapterTensors.nameOfA(part.module()), shape(part.a()), values.apply(part.a())));
        tensors.add(
            new Weights.Exported(
                AdapterTensors.nameOfB(part.module()), shape(part.b()), ordered.contiguous()));
      }
    }
    return tensors;
  }

  /** Adds what the adapters change to weights of their model in fp32. */
  public void mergeInto(Weights weights) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      for (int i = 0; i < layers.size(); i++) {
        Weights.Layer layer = weights.layers().get(i);
        merge(layers.get(i).qkv(), layer.qkv().weight());
        merge(layers.get(i).output(), layer.output().weight());
        merge(layers.get(i).gateUp(), layer.gateUp().weight());
        merge(layers.get(i).down(), layer.down().weight());
      }
    }
  }

  private void merge(Change change, Tensor matrix) {
    for (Part part : change.parts()) {
      try (TensorScope scope = TensorScope.open()) {
        matrix
            .detach()
            .narrow(0, part.firstRow(), part.rows())
            .addmm_(part.b(), part.a(), Tensors.scalar(1), Tensors.scalar(spec.scale()));
      }
    }
  }

  /** Every adapter, from the first layer to the last. */
  private List<Part> parts() {
    return layers.stream()
        .flatMap(
            layer -> List.of(layer.qkv(), layer.output(), layer.gateUp(), layer.down()).stream())
        .flatMap(change -> change.parts().stream())
        .toList();
  }

  /** Rank, weight and targets. */
  public LoraSpec spec() {
    return spec;
  }

  /** From the first to the last. */
  public List<Layer> layers() {
    return layers;
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Tensor flat() {
    return flat;
  }

  @Override
  public Tensor flatGrad() {
    return flatGrad;
  }

  @Override
  public long matrixLength() {
    return length;
  }

  @Override
  public void close() {
    owned.close();
  }
}
