package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Tokenizer;
import toolr0.torch.checkpoint.AtomicFolder;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;
import toolr0.torch.text.HfTokenizer;
import toolr0.torch.text.TemplateRenderer;

/** A checkpoint in memory: weights, transformer, tokenizer and chat template. */
public final class LoadedModel implements AutoCloseable {
  private final Path source;
  private final Transformer model;
  private final HfTokenizer tokenizer;
  private final ChatRenderer renderer;

  /** A model made of its parts; takes them over. */
  public LoadedModel(Path tokenizerFolder, Weights weights, Precision precision) {
    this.source = tokenizerFolder;
    this.model = new Transformer(weights, precision);
    this.tokenizer = HfTokenizer.open(tokenizerFolder, weights.config().vocabSize());
    try {
      this.renderer = TemplateRenderer.open(tokenizerFolder, tokenizer);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Opens a checkpoint. */
  public static LoadedModel open(Path folder, boolean trainable, Precision precision) {
    try (CheckpointFolder checkpoint = CheckpointFolder.open(folder)) {
      return new LoadedModel(folder, read(checkpoint, trainable), precision);
    }
  }

  /** Reads the weights of an open checkpoint. */
  public static Weights read(CheckpointFolder checkpoint, boolean trainable) {
    Safetensors file = checkpoint.weights();
    return Weights.load(
        checkpoint.config(),
        trainable,
        (name, shape) -> tensor(file.tensor(name).orElseThrow(), shape));
  }

  private static Tensor tensor(TensorInfo info, long[] shape) {
    ScalarType type =
        switch (info.dtype()) {
          case F32 -> ScalarType.Float;
          case BF16 -> ScalarType.BFloat16;
          case F16 -> ScalarType.Half;
          case I64, I32, U8 ->
              throw new IllegalArgumentException(
                  "tensor %s has no floating-point type".formatted(info.name()));
        };
    return FiniteWeights.require(info, Tensors.view(info.data(), type, shape));
  }

  public Transformer model() {
    return model;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public ChatRenderer renderer() {
    return renderer;
  }

  public int contextLength() {
    return model.config().maxPositionEmbeddings();
  }

  TorchSampler sampler(String name, LongSupplier steps) {
    return new TorchSampler(model, tokenizer, name, steps);
  }

  /**
   * Writes the weights in fp32 with the tokenizer's files; the folder appears whole or not at all.
   */
  public void save(Path folder, AtomicFolder.Content extras) {
    try (TensorScope scope = TensorScope.open()) {
      List<TensorToWrite> tensors =
          model.weights().export().stream()
              .map(
                  t ->
                      TensorToWrite.of(
                          t.name(),
                          DType.F32,
                          Arrays.stream(t.shape()).boxed().toList(),
                          Tensors.memory(t.values())))
              .toList();
      CheckpointFolder.write(folder, model.config(), tensors, source, extras);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
    model.weights().close();
  }
}
