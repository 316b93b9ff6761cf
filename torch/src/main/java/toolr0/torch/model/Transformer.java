package toolr0.torch.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.torch.checkpoint.ModelConfig;
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

  private static final KeyValueSink NOWHERE = (layer, keys, values) -> {};

  private final Weights weights;
  private final ModelConfig config;
  private final Precision precision;
  private final RotaryTable rotations;

  public Transformer(Weights weights, Precision precision) {
    this(weights, precision, new RotaryTable(weights.config()));
  }

  private Transformer(Weights weights, Precision precision, RotaryTable rotations) {
    this.weights = weights;
    this.config = weights.config();
    this.precision = precision;
    this.rotations = rotations;
  }

  /** A transformer over the same weights with gradients of their own. */
  public Transformer replica() {
    return new Transformer(weights.sharing(), precision, rotations);
  }

  /** How pairs of a head's values turn at each position. */
  public RotaryTable rotations() {
    return rotations;
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
    Tensor x = torch.embedding(weights.embedding(), Tensors.longs(batch.tokensN()));
    Tensor rotationsN = rotationsAt(batch.positionsN());
    Tensor mask = completionMask(batch);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      Weights.Layer layer = weights.layers().get(i);
      QueryKeyValue qkv = project(layer, x, rotationsN);
      sink.accept(i, qkv.keys(), qkv.values());
      x = finish(layer, x, attend(batch, qkv, mask));
    }
    return norm(x, weights.finalNorm());
  }

  /** Scores of every vocabulary id for rows of {@link #forward}'s result: [rows, V]. */
  public Tensor logits(Tensor hidden) {
    return linear(hidden, weights.lmHead());
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

  private QueryKeyValue project(Weights.Layer layer, Tensor x, Tensor rotationsN) {
    long n = x.size(0);
    long h = config.numAttentionHeads();
    long k = config.numKeyValueHeads();
    long hd = config.headDim();
    Tensor qkv = linear(norm(x, layer.inputNorm()), layer.qkv());
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
  private Tensor finish(Weights.Layer layer, Tensor x, Tensor attention) {
    Tensor afterAttention = x.add(linear(attention, layer.output()));
    Tensor gateUp = linear(norm(afterAttention, layer.postNorm()), layer.gateUp());
    long f = config.intermediateSize();
    TensorVector halves = gateUp.split_with_sizes(new long[] {f, f}, 1);
    return afterAttention.add(linear(torch.silu(halves.get(0)).mul(halves.get(1)), layer.down()));
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

  private Tensor linear(Tensor x, Weights.Linear linear) {
    return linear.bias().isPresent()
        ? linear(x, linear.weight(), linear.bias().get())
        : linear(x, linear.weight());
  }

  private Tensor linear(Tensor x, Tensor weight) {
    return switch (precision) {
      case FP32 -> torch.linear(x, weight);
      case BF16_LINEAR -> torch.linear(bf16(x), bf16(weight)).to(ScalarType.Float);
    };
  }

  private Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    return switch (precision) {
      case FP32 -> torch.linear(x, weight, Tensors.some(bias));
      case BF16_LINEAR ->
          torch.linear(bf16(x), bf16(weight), Tensors.some(bf16(bias))).to(ScalarType.Float);
    };
  }

  private static Tensor bf16(Tensor tensor) {
    return tensor.to(ScalarType.BFloat16);
  }
}
