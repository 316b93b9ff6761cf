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

  static final KeyValueSink NOWHERE = (layer, keys, values) -> {};

  private final Weights weights;
  private final ModelConfig config;
  private final Precision precision;
  private final RotaryTable rotations;
  private final Optional<Adapters> adapters;
  private final Optional<Seed> dropout;

  public Transformer(Weights weights, Precision precision) {
    this(weights, precision, new RotaryTable(weights.config()), Optional.empty(), Optional.empty());
  }

  private Transformer(
      Weights weights,
      Precision precision,
      RotaryTable rotations,
      Optional<Adapters> adapters,
      Optional<Seed> dropout) {
    this.weights = weights;
    this.config = weights.config();
    this.precision = precision;
    this.rotations = rotations;
    this.adapters = adapters;
    this.dropout = dropout;
  }

  /** The same transformer with adapters over it. */
  public Transformer with(Adapters over) {
    return new Transformer(weights, precision, rotations, Optional.of(over), Optional.empty());
  }

  /**
   * The same transformer, whose adapters leave out some of their inputs.
   *
   * @param seed decides which; the same ones every time that a pass is computed
   */
  public Transformer dropping(Seed seed) {
    return new Transformer(weights, precision, rotations, adapters, Optional.of(seed));
  }

  /** A transformer over the same parameters with gradients of their own. */
  public Transformer replica() {
    return adapters
        .map(over -> with(over.sharing()))
        .orElseGet(
            () ->
                new Transformer(
                    weights.sharing(), precision, rotations, Optional.empty(), Optional.empty()));
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

  /** The type in which linear layers compute. */
  public Precision precision() {
    return precision;
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

  /** What all layers of a pass share: where each token stands, and who attends to whom. */
  record Shared(PackedBatch batch, Tensor rotationsN, Tensor mask) {}

  Shared shared(PackedBatch batch) {
    return new Shared(batch, rotationsAt(batch.positionsN()), completionMask(batch));
  }

  /** The embeddings of a batch's tokens, [N, D]. */
  Tensor embed(PackedBatch batch) {
    return torch
        .embedding(weights.embedding(), Tensors.longs(batch.tokensN()))
        .to(ScalarType.Float);
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
      Tensor byId = Tensors.zeros(ScalarType.Float, ids.length, gradientND.size(1));
      byId.index_add_(0, Tensors.longs(places), gradientND);
      weights.embedding().grad().index_add_(0, Tensors.longs(ids), byId);
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
      Tensor attention = attend(shared.batch(), qkv, shared.mask());
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
        Tensors.floats(rotations.at(positionsN))
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
    Tensor pairs = torch.view_as_complex(turning.view(n, h + k, hd / 2, 2));
    Tensor rotated = torch.view_as_real(pairs.mul(rotationsN)).view(n, h + k, hd);
    TensorVector heads = rotated.split_with_sizes(new long[] {h, k}, 1);
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

  private Tensor attend(PackedBatch batch, QueryKeyValue qkv, Tensor mask) {
    long[] sizes = segments(batch);
    TensorVector queries = qkv.queries().split_with_sizes(sizes, 0);
    TensorVector keys = qkv.keys().split_with_sizes(sizes, 0);
    TensorVector values = qkv.values().split_with_sizes(sizes, 0);
    long longestPrompt = longestSharedPrompt(batch);
    List<Tensor> outputs = new ArrayList<>();
    int segment = 0;
    for (PackedBatch.Span group : batch.groups()) {
      Tensor k = batchOfOne(keys.get(segment));
      Tensor v = batchOfOne(values.get(segment));
      outputs.add(rows(attention(batchOfOne(queries.get(segment)), k, v, null, true)));
      segment++;
      if (group.completions().length == 1) {
        continue;
      }
      for (int length : group.completions()) {
        if (length > 0) {
          Tensor window =
              mask.narrow(0, 0, length)
                  .narrow(1, longestPrompt - group.prompt(), (long) group.prompt() + length);
          outputs.add(
              rows(
                  attention(
                      batchOfOne(queries.get(segment)),
                      Tensors.cat(2, k, batchOfOne(keys.get(segment))),
                      Tensors.cat(2, v, batchOfOne(values.get(segment))),
                      window,
                      false)));
          segment++;
        }
      }
    }
    return outputs.size() == 1
        ? outputs.getFirst()
        : Tensors.cat(0, outputs.toArray(Tensor[]::new));
  }

  /**
   * Rows of each attention call: a prompt with its only completion, or the prompt, then each
   * completion that has rows.
   */
  private static long[] segments(PackedBatch batch) {
    List<Long> sizes = new ArrayList<>();
    for (PackedBatch.Span group : batch.groups()) {
      if (group.completions().length == 1) {
        sizes.add((long) group.prompt() + group.completions()[0]);
      } else {
        sizes.add((long) group.prompt());
        for (int length : group.completions()) {
          if (length > 0) {
            sizes.add((long) length);
          }
        }
      }
    }
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private static long longestSharedPrompt(PackedBatch batch) {
    return batch.groups().stream()
        .filter(g -> g.completions().length > 1)
        .mapToInt(PackedBatch.Span::prompt)
        .max()
        .orElse(0);
  }

  /**
   * Zeros over the longest prompt, then a causal triangle; the window that ends at column prompt +
   * T serves every completion.
   */
  private static Tensor completionMask(PackedBatch batch) {
    int longest =
        batch.groups().stream()
            .filter(g -> g.completions().length > 1)
            .flatMapToInt(g -> java.util.Arrays.stream(g.completions()))
            .max()
            .orElse(0);
    Tensor future =
        torch.full(
            new long[] {longest, longest},
            Tensors.scalar(Double.NEGATIVE_INFINITY),
            Tensors.options(ScalarType.Float));
    return Tensors.cat(
        1, Tensors.zeros(ScalarType.Float, longest, longestSharedPrompt(batch)), future.triu(1));
  }

  /**
   * Attention of [1 or B, heads, T, headDim] tensors in fp32; the result has the queries' shape.
   */
  private static Tensor attention(
      Tensor queries,
      Tensor keys,
      Tensor values,
      @org.jspecify.annotations.Nullable Tensor mask,
      boolean causal) {
    return torch.scaled_dot_product_attention(
        queries,
        keys,
        values,
        mask == null ? Tensors.noTensor() : Tensors.some(mask),
        0.0,
        causal,
        Tensors.noDouble(),
        queries.size(1) != keys.size(1));
  }

  private static Tensor batchOfOne(Tensor rowsNH) {
    return rowsNH.unsqueeze(0).transpose(1, 2);
  }

  private static Tensor rows(Tensor output) {
    return output.transpose(1, 2).reshape(output.size(2), -1);
  }

  private Tensor norm(Tensor x, Tensor weight) {
    return rmsNorm(x, config.hiddenSize(), Tensors.some(weight));
  }

  /** Heads [N, H + K, headDim], each normalised over its own values. */
  private Tensor norm(Tensor heads, Weights.QueryKeyNorm norms) {
    long hd = config.headDim();
    Tensor weights =
        Tensors.cat(
            0,
            norms.query().expand(config.numAttentionHeads(), hd),
            norms.key().expand(config.numKeyValueHeads(), hd));
    return rmsNorm(heads, hd, Tensors.noTensor()).mul(weights);
  }

  private Tensor rmsNorm(Tensor x, long size, TensorOptional weight) {
    return torch.rms_norm(
        x, new long[] {size}, weight, new org.bytedeco.pytorch.DoubleOptional(config.rmsNormEps()));
  }

  private Tensor linear(Tensor x, Weights.Linear linear, Adapters.Change change) {
    Tensor y =
        linear.bias().isPresent()
            ? linear(x, linear.weight(), linear.bias().get())
            : linear(x, linear.weight());
    return change.parts().isEmpty() ? y : y.add(changed(x, change));
  }

  private Tensor linear(Tensor x, Tensor weight) {
    return switch (precision) {
      case FP32 -> torch.linear(x, fp32(weight));
      case BF16_LINEAR -> fp32(torch.linear(bf16(x), bf16(weight)));
    };
  }

  private Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    return switch (precision) {
      case FP32 -> torch.linear(x, fp32(weight), Tensors.some(bias));
      case BF16_LINEAR -> fp32(torch.linear(bf16(x), bf16(weight), Tensors.some(bf16(bias))));
    };
  }

  /** What adapters add to a fused matrix's outputs, zeros where a part of it has none. */
  private Tensor changed(Tensor x, Adapters.Change change) {
    LoraSpec spec = adapters.orElseThrow().spec();
    List<Tensor> pieces = new ArrayList<>();
    long row = 0;
    for (Adapters.Part part : change.parts()) {
      if (part.firstRow() > row) {
        pieces.add(Tensors.zeros(ScalarType.Float, x.size(0), part.firstRow() - row));
      }
      Tensor low = torch.linear(dropped(x, part, spec), part.a());
      pieces.add(torch.linear(low.mul(Tensors.scalar(spec.scale())), part.b()));
      row = part.firstRow() + part.rows();
    }
    if (change.rows() > row) {
      pieces.add(Tensors.zeros(ScalarType.Float, x.size(0), change.rows() - row));
    }
    return pieces.size() == 1 ? pieces.getFirst() : Tensors.cat(1, pieces.toArray(Tensor[]::new));
  }

  private Tensor dropped(Tensor x, Adapters.Part part, LoraSpec spec) {
    if (dropout.isEmpty() || spec.dropout() == 0) {
      return x;
    }
    double kept = 1 - spec.dropout();
    long seed = dropout.get().derive(part.module()).value();
    Tensor mask = Tensors.empty(ScalarType.Float, x.size(0), x.size(1));
    mask.bernoulli_(kept, new GeneratorOptional(torch.make_generator_cpu(seed)));
    return x.mul(mask.div_(Tensors.scalar(kept)));
  }

  private static Tensor fp32(Tensor tensor) {
    return tensor.to(ScalarType.Float);
  }

  private static Tensor bf16(Tensor tensor) {
    return tensor.to(ScalarType.BFloat16);
  }
}
