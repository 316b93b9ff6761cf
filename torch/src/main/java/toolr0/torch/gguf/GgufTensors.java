package toolr0.torch.gguf;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.ModelTensors;
import toolr0.torch.checkpoint.ModelTensors.Layer;
import toolr0.torch.checkpoint.ModelTensors.Linear;
import toolr0.torch.checkpoint.ModelTensors.Spec;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.checkpoint.TensorToWrite;

/**
 * A checkpoint's tensors as llama.cpp takes them: its names, matrices in the type that they are
 * stored in, norms and biases in fp32. In the {@code llama} architecture neighbours rotate together
 * where a checkpoint has the two halves of a head, so rows of queries and keys change places.
 */
final class GgufTensors {
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  private final ModelConfig config;
  private final Map<String, TensorInfo> weights;
  private final List<TensorToWrite> tensors = new ArrayList<>();

  private GgufTensors(ModelConfig config, Map<String, TensorInfo> weights) {
    this.config = config;
    this.weights = weights;
  }

  /**
   * The tensors in the model's order.
   *
   * @param source the folder that messages name
   * @throws CheckpointException if llama.cpp has no place for one of them
   */
  static List<TensorToWrite> of(ModelConfig config, Map<String, TensorInfo> weights, Path source) {
    requirePlace(config, source);
    GgufTensors tensors = new GgufTensors(config, weights);
    tensors.addAll(config.tensors());
    return tensors.tensors;
  }

  /** What llama.cpp's graphs leave out must not be there. */
  private static void requirePlace(ModelConfig config, Path source) {
    boolean llama = config.family() instanceof ModelFamily.Llama;
    if (!llama && config.rope().scaling() instanceof Rope.Llama3) {
      throw unsupported(source, config, "Llama 3's scaling of rotary embeddings");
    }
    if (config.family() instanceof ModelFamily.Qwen3(boolean attentionBias) && attentionBias) {
      throw unsupported(source, config, "biases in attention");
    }
  }

  private static CheckpointException unsupported(Path source, ModelConfig config, String what) {
    return new CheckpointException(
        "%s: not supported: %s in a %s model, which llama.cpp does not have; --format hf does"
            .formatted(source.resolve(ModelConfig.CONFIG_FILE), what, config.family().modelType()));
  }

  private void addAll(ModelTensors model) {
    add("token_embd" + WEIGHT, model.embedding());
    if (config.rope().scaling() instanceof Rope.Llama3) {
      tensors.add(ropeFactors());
    }
    for (int i = 0; i < model.layers().size(); i++) {
      add("blk." + i + ".", model.layers().get(i));
    }
    add("output_norm" + WEIGHT, model.finalNorm());
    model.lmHead().ifPresent(head -> add("output" + WEIGHT, head));
  }

  private void add(String prefix, Layer layer) {
    add(prefix + "attn_norm" + WEIGHT, layer.inputNorm());
    addRotated(prefix + "attn_q", layer.query(), config.numAttentionHeads());
    addRotated(prefix + "attn_k", layer.key(), config.numKeyValueHeads());
    add(prefix + "attn_v", layer.value());
    layer
        .queryKeyNorm()
        .ifPresent(
            norms -> {
              add(prefix + "attn_q_norm" + WEIGHT, norms.query());
              add(prefix + "attn_k_norm" + WEIGHT, norms.key());
            });
    add(prefix + "attn_output", layer.output());
    add(prefix + "ffn_norm" + WEIGHT, layer.postNorm());
    add(prefix + "ffn_gate", layer.gate());
    add(prefix + "ffn_up", layer.up());
    add(prefix + "ffn_down", layer.down());
  }

  private void add(String name, Linear linear) {
    add(name + WEIGHT, linear.weight());
    linear.bias().ifPresent(bias -> add(name + BIAS, bias));
  }

  private void addRotated(String name, Linear linear, int heads) {
    if (config.family() instanceof ModelFamily.Llama) {
      tensors.add(interleaved(converted(name + WEIGHT, linear.weight()), heads));
      linear
          .bias()
          .ifPresent(bias -> tensors.add(interleaved(converted(name + BIAS, bias), heads)));
    } else {
      add(name, linear);
    }
  }

  private void add(String name, Spec spec) {
    tensors.add(converted(name, spec));
  }

  private TensorToWrite converted(String name, Spec spec) {
    TensorInfo info =
        Optional.ofNullable(weights.get(spec.name()))
            .orElseThrow(() -> new IllegalArgumentException("there is no tensor " + spec.name()));
    return spec.shape().size() == 1
        ? new TensorToWrite(
            name, DType.F32, spec.shape(), () -> MemorySegment.ofArray(info.toFloats()))
        : TensorToWrite.of(name, info.dtype(), spec.shape(), info.data());
  }

  /** Row i of the first half of each head goes to 2 i, row i of the second half to 2 i + 1. */
  private static TensorToWrite interleaved(TensorToWrite tensor, int heads) {
    return new TensorToWrite(
        tensor.name(),
        tensor.dtype(),
        tensor.shape(),
        () -> {
          int rows = Math.toIntExact(tensor.shape().getFirst());
          int half = rows / heads / 2;
          MemorySegment from = tensor.data().get();
          long rowBytes = from.byteSize() / rows;
          MemorySegment to = MemorySegment.ofArray(new byte[Math.toIntExact(from.byteSize())]);
          for (int row = 0; row < rows; row++) {
            int head = row / (2 * half);
            int within = row % (2 * half);
            int target = head * 2 * half + within % half * 2 + within / half;
            MemorySegment.copy(from, row * rowBytes, to, target * rowBytes, rowBytes);
          }
          return to;
        });
  }

  /** What llama.cpp divides each frequency by. */
  private TensorToWrite ropeFactors() {
    float[] unscaled = Rope.of(config.rope().theta()).frequencies(config.headDim());
    float[] scaled = config.rope().frequencies(config.headDim());
    float[] factors = new float[scaled.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = unscaled[i] / scaled[i];
    }
    return TensorToWrite.of("rope_freqs" + WEIGHT, List.of((long) factors.length), factors);
  }
}
