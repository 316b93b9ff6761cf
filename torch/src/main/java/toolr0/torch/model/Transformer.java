package toolr0.torch.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.base.Seed;
import toolr0.policy.Device;
import toolr0.policy.LoraSpec;
import toolr0.policy.PassSpec;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * The decoder of every family: embedding, layers of grouped-query attention with rotary positions
 * and a SwiGLU block, each behind an RMSNorm, and a final norm; which biases and norms a layer has
 * beside that, its weights say. Whole sequences are read here; {@code toolr0.torch.decode}
 * continues them token by token.
 */
public final class Transformer {

  /** Receives keys and values of a layer: [N, K, headDim] each, keys rotated. */
  public interface KeyValueSink {
    void accept(int layer, Tensor keysNK, Tensor valuesNK);
  }

  /** Most values of a weight that are widened at once: 4 MB. */
  private static final long PIECE_VALUES = 1L << 20;

  static final KeyValueSink NOWHERE = (layer, keys, values) -> {};

  private final Weights weights;
  private final ModelConfig config;
  private final Precision precision;
  private final RotaryTable rotations;
  private final Optional<Adapters> adapters;
  private final Optional<Seed> dropout;
  private final boolean inPieces;

  public Transformer(Weights weights, Precision precision) {
    this(
        weights,
        precision,
        new RotaryTable(weights.config()),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private Transformer(
      Weights weights,
      Precision precision,
      RotaryTable rotations,
      Optional<Adapters> adapters,
      Optional<Seed> dropout,
      boolean inPieces) {
    this.weights = weights;
    this.config = weights.config();
    this.precision = precision;
    this.rotations = rotations;
    this.adapters = adapters;
    this.dropout = dropout;
    this.inPieces = inPieces;
  }

  /** The same transformer with adapters over it. */
  public Transformer with(Adapters over) {
    return new Transformer(
        weights, precision, rotations, Optional.of(over), Optional.empty(), false);
  }

  /**
   * The same transformer, whose adapters leave out some of their inputs.
   *
   * @param seed decides which; the same ones every time that a pass is computed
   */
  public Transformer dropping(Seed seed) {
    return new Transformer(weights, precision, rotations, adapters, Optional.of(seed), false);
  }

  /** A transformer over the same parameters with gradients of their own. */
  public Transformer replica() {
    return adapters
        .map(over -> with(over.sharing()))
        .orElseGet(
            () ->
                new Transformer(
                    weights.sharing(),
                    precision,
                    rotations,
                    Optional.empty(),
                    Optional.empty(),
                    false));
  }

  /**
   * The same transformer for passes without gradients on the CPU: weights that are in bf16 are
   * widened piece by piece, so that each is still in the processor's caches when it is multiplied.
   * Its last bits may be others.
   */
  public Transformer inPieces() {
    return new Transformer(weights, precision, rotations, adapters, dropout, true);
  }

  /** What training moves: the adapters where there are some, else the weights. */
  public Trainable trainable() {
    return adapters.<Trainable>map(over -> over).orElse(weights);
  }

  /** The adapters over the weights. */
  public Optional<Adapters> adapters() {
    return adapters;
  }

  /** How pairs of a head's values turn at each position. */
  public RotaryTable rotations() {
    return rotations;
  }

  /** The types in which it computes. */
  public Precision precision() {
    return precision;
  }

  /** Where its tensors lie. */
  public Device device() {
    return weights.device();
  }

  /** Where it lies, and in which types its layers compute. */
  public Compute compute() {
    return new Compute(device(), precision);
  }

  public ModelConfig config() {
    return config;
  }

  public Weights weights() {
    return weights;
  }

  /** The outputs after the final norm, [N, D]; differentiable unless gradients are off. */
  public Tensor forward(PackedBatch batch) {
    return forward(batch, NOWHERE);
  }

  /** The same, while every layer's keys and values are handed out. */
  public Tensor forward(PackedBatch batch, KeyValueSink sink) {
    return forward(embed(batch), shared(batch), sink);
  }

  /** The outputs for given inputs of the first layer. */
  Tensor forward(Tensor embedded, Shared shared, KeyValueSink sink) {
    Tensor x = embedded;
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      Tensor input = x;
      x = layer(i, input, shared, sink);
      if (i > 0) {
        input.close();
      }
    }
    return finalNorm(x);
  }

  /**
   * The outputs of any tokens, without gradients.
   *
   * @param positionsN position of each in its text
   * @param attention who attends to whom
   */
  public Tensor forward(long[] tokensN, long[] positionsN, Attention attention) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      return forward(embed(tokensN), new Shared(rotationsAt(positionsN), attention), NOWHERE);
    }
  }

  /** What all layers of a pass share: where each token stands, and who attends to whom. */
  record Shared(Tensor rotationsN, Attention attention) {}

  Shared shared(PackedBatch batch) {
    return new Shared(rotationsAt(batch.positionsN()), Attention.over(batch, device()));
  }

  /** The embeddings of a batch's tokens, [N, D]. */
  Tensor embed(PackedBatch batch) {
    return embed(batch.tokensN());
  }

  private Tensor embed(long[] tokensN) {
    return precision.activation(
        torch.embedding(weights.embedding(), Tensors.longs(device(), tokensN)));
  }

  /** Whether the embedding is trained. */
  boolean trainsEmbedding() {
    return weights.embedding().requires_grad();
  }

  /** Adds the gradient of {@link #embed}'s result to the embedding's. */
  void backwardEmbedding(PackedBatch batch, Tensor gradientND) {
    long[] ids = Arrays.stream(batch.tokensN()).distinct().toArray();
    Map<Long, Long> placeOfId = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      placeOfId.put(ids[i], (long) i);
    }
    long[] places =
        Arrays.stream(batch.tokensN()).map(id -> placeOfId.getOrDefault(id, 0L)).toArray();
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor byId = Tensors.zeros(device(), ScalarType.Float, ids.length, gradientND.size(1));
      byId.index_add_(0, Tensors.longs(device(), places), gradientND.to(ScalarType.Float));
      weights.embedding().grad().index_add_(0, Tensors.longs(device(), ids), byId);
    }
  }

  /** The output of one layer; of what is made on the way only what gradients need stays. */
  Tensor layer(int index, Tensor x, Shared shared, KeyValueSink sink) {
    try (TensorScope scope = TensorScope.open()) {
      Weights.Layer layer = weights.layers().get(index);
      Adapters.Layer changes =
          adapters.map(over -> over.layers().get(index)).orElse(Adapters.Layer.NONE);
      QueryKeyValue qkv = project(layer, changes, x, shared.rotationsN());
      sink.accept(index, qkv.keys(), qkv.values());
      Tensor attention = shared.attention().of(index, qkv.queries(), qkv.keys(), qkv.values());
      return scope.handOut(finish(layer, changes, x, attention));
    }
  }

  Tensor finalNorm(Tensor x) {
    return norm(x, weights.finalNorm());
  }

  /**
   * Scores of every vocabulary id for rows of {@link #forward}'s result, without gradients: [rows,
   * V].
   */
  public Tensor logits(Tensor hidden) {
    return new LmHeadProduct(this, (long) PassSpec.LM_HEAD_CHUNK_MB << 20).scores(hidden);
  }

  /** Complex rotations of the given positions, [N, 1, headDim / 2]. */
  private Tensor rotationsAt(long[] positionsN) {
    Tensor pairs =
        Tensors.floats(device(), rotations.at(positionsN))
            .view(positionsN.length, 1, config.headDim() / 2, 2);
    return torch.view_as_complex(pairs);
  }

  /** Queries [N, H, headDim], keys and values [N, K, headDim]; queries and keys rotated. */
  private record QueryKeyValue(Tensor queries, Tensor keys, Tensor values) {}

  private QueryKeyValue project(
      Weights.Layer layer, Adapters.Layer changes, Tensor x, Tensor rotationsN) {
    long n = x.size(0);
    long h = config.numAttentionHeads();
    long k = config.numKeyValueHeads();
    long hd = config.headDim();
    Tensor qkv = linear(norm(x, layer.inputNorm()), layer.qkv(), changes.qkv());
    TensorVector parts = qkv.split_with_sizes(new long[] {(h + k) * hd, k * hd}, 1);
    Tensor turning = parts.get(0).view(n, h + k, hd);
    if (layer.queryKeyNorm().isPresent()) {
      turning = norm(turning, layer.queryKeyNorm().get());
    }
    Tensor pairs = torch.view_as_complex(turning.to(ScalarType.Float).view(n, h + k, hd / 2, 2));
    Tensor rotated = torch.view_as_real(pairs.mul(rotationsN)).view(n, h + k, hd);
    TensorVector heads = precision.activation(rotated).split_with_sizes(new long[] {h, k}, 1);
    return new QueryKeyValue(heads.get(0), heads.get(1), parts.get(1).view(n, k, hd));
  }

  /** The layer's output from its input and its attention, [N, H * headDim]. */
  private Tensor finish(Weights.Layer layer, Adapters.Layer changes, Tensor x, Tensor attention) {
    Tensor afterAttention = x.add(linear(attention, layer.output(), changes.output()));
    Tensor gateUp =
        linear(norm(afterAttention, layer.postNorm()), layer.gateUp(), changes.gateUp());
    long f = config.intermediateSize();
    TensorVector halves = gateUp.split_with_sizes(new long[] {f, f}, 1);
    Tensor gated = torch.silu(halves.get(0)).mul(halves.get(1));
    return afterAttention.add(linear(gated, layer.down(), changes.down()));
  }

  private Tensor norm(Tensor x, Tensor weight) {
    return rmsNorm(x, config.hiddenSize(), Tensors.some(precision.activation(weight)));
  }

  /** Heads [N, H + K, headDim], each normalised over its own values. */
  private Tensor norm(Tensor heads, Weights.QueryKeyNorm norms) {
    long hd = config.headDim();
    Tensor weights =
        Tensors.cat(
            0,
            norms.query().expand(config.numAttentionHeads(), hd),
            norms.key().expand(config.numKeyValueHeads(), hd));
    return rmsNorm(heads, hd, Tensors.noTensor()).mul(precision.activation(weights));
  }

  private Tensor rmsNorm(Tensor x, long size, TensorOptional weight) {
    return torch.rms_norm(
        x, new long[] {size}, weight, new org.bytedeco.pytorch.DoubleOptional(config.rmsNormEps()));
  }

  private Tensor linear(Tensor x, Weights.Linear linear, Adapters.Change change) {
    Tensor y =
        inPieces && precision.widens(linear.weight())
            ? linearInPieces(x, linear)
            : linear(x, linear.weight(), linear.bias());
    return change.parts().isEmpty() ? y : y.add(changed(x, change));
  }

  private Tensor linearInPieces(Tensor x, Weights.Linear linear) {
    long outputs = linear.weight().size(0);
    long piece = Math.max(1, PIECE_VALUES / linear.weight().size(1));
    Tensor y = Tensors.empty(device(), precision.activations(), x.size(0), outputs);
    for (long from = 0; from < outputs; from += piece) {
      try (TensorScope scope = TensorScope.open()) {
        long first = from;
        long count = Math.min(piece, outputs - from);
        Tensor weight = linear.weight().narrow(0, first, count);
        Optional<Tensor> bias = linear.bias().map(whole -> whole.narrow(0, first, count));
        y.narrow(1, first, count).copy_(linear(x, weight, bias));
      }
    }
    return y;
  }

  private Tensor linear(Tensor x, Tensor weight, Optional<Tensor> bias) {
    Tensor input = precision.operand(x);
    Tensor matrix = precision.operand(weight);
    return precision.activation(
        bias.isPresent()
            ? torch.linear(input, matrix, Tensors.some(precision.operand(bias.get())))
            : torch.linear(input, matrix));
  }

  /** What adapters add to a fused matrix's outputs, zeros where a part of it has none. */
  private Tensor changed(Tensor x, Adapters.Change change) {
    LoraSpec spec = adapters.orElseThrow().spec();
    List<Tensor> pieces = new ArrayList<>();
    long row = 0;
    for (Adapters.Part part : change.parts()) {
      if (part.firstRow() > row) {
        pieces.add(unchanged(x, part.firstRow() - row));
      }
      Tensor low = torch.linear(dropped(x, part, spec), precision.activation(part.a()));
      pieces.add(
          torch.linear(low.mul(Tensors.scalar(spec.scale())), precision.activation(part.b())));
      row = part.firstRow() + part.rows();
    }
    if (change.rows() > row) {
      pieces.add(unchanged(x, change.rows() - row));
    }
    return pieces.size() == 1 ? pieces.getFirst() : Tensors.cat(1, pieces.toArray(Tensor[]::new));
  }

  private Tensor unchanged(Tensor x, long columns) {
    return Tensors.zeros(device(), precision.activations(), x.size(0), columns);
  }

  private Tensor dropped(Tensor x, Adapters.Part part, LoraSpec spec) {
    if (dropout.isEmpty() || spec.dropout() == 0) {
      return x;
    }
    double kept = 1 - spec.dropout();
    long seed = dropout.get().derive(part.module()).value();
    Tensor mask = Tensors.empty(Device.CPU, ScalarType.Float, x.size(0), x.size(1));
    mask.bernoulli_(kept, new GeneratorOptional(torch.make_generator_cpu(seed)));
    return x.mul(precision.activation(Tensors.to(device(), mask.div_(Tensors.scalar(kept)))));
  }
}
