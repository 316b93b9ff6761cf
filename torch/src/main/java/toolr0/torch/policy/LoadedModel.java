package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.chat.ChatRenderer;
import toolr0.chat.Tokenizer;
import toolr0.policy.Device;
import toolr0.policy.LoraSpec;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.checkpoint.AtomicFolder;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.DType;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.Safetensors;
import toolr0.torch.checkpoint.SideFiles;
import toolr0.torch.checkpoint.TensorInfo;
import toolr0.torch.checkpoint.TensorToWrite;
import toolr0.torch.decode.Decoder;
import toolr0.torch.gguf.GgufFolder;
import toolr0.torch.model.Adapters;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.system.DeviceMemory;
import toolr0.torch.system.Heap;
import toolr0.torch.system.NativeLibrary;
import toolr0.torch.system.SideBySide;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/** A checkpoint in memory: weights, transformer, tokenizer and chat template. */
public final class LoadedModel implements AutoCloseable {
  private final Path source;
  private final SideFiles beside;
  private final String fingerprint;
  private final Transformer model;
  private final CheckpointChat chat;
  private final Optional<LoadedModel> base;
  private final Runnable onClose;
  private Optional<Decoder> decoder = Optional.empty();
  private boolean closed;

  /** A model made of its parts; takes them over, and closes them when it cannot be made. */
  public LoadedModel(Path tokenizerFolder, Weights weights, Precision precision) {
    this(
        tokenizerFolder,
        orClose(weights, () -> SideFiles.read(tokenizerFolder)),
        "",
        orClose(weights, () -> CheckpointChat.open(tokenizerFolder, weights.config())),
        weights,
        precision,
        weights::close);
  }

  private LoadedModel(
      Path folder,
      SideFiles beside,
      String fingerprint,
      CheckpointChat chat,
      Weights weights,
      Precision precision,
      Runnable onClose) {
    this.source = folder;
    this.beside = beside;
    this.fingerprint = fingerprint;
    this.model = new Transformer(weights, precision);
    this.chat = chat;
    this.base = Optional.empty();
    this.onClose = onClose;
  }

  private static <T> T orClose(Weights weights, Supplier<T> part) {
    try {
      return part.get();
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private LoadedModel(LoadedModel base, Transformer model, Runnable onClose) {
    this.source = base.source;
    this.beside = base.beside;
    this.fingerprint = base.fingerprint;
    this.model = model;
    this.chat = base.chat;
    this.base = Optional.of(base);
    this.onClose = onClose;
  }

  /** Opens a checkpoint. */
  public static LoadedModel open(Path folder, boolean trainable, Compute compute) {
    CheckpointFolder checkpoint = CheckpointFolder.open(folder);
    try {
      LoadedModel opened =
          open(
              checkpoint,
              AdapterFolder.fingerprint(checkpoint),
              () -> read(checkpoint, trainable, compute),
              compute.precision());
      if (!opened.model.weights().useFile()) {
        checkpoint.close();
      }
      return opened;
    } catch (RuntimeException | Error e) {
      checkpoint.close();
      throw e;
    }
  }

  /** Weights come last: they take the longest, and are not needed to refuse the rest. */
  private static LoadedModel open(
      CheckpointFolder checkpoint,
      String fingerprint,
      Supplier<Weights> reader,
      Precision precision) {
    CheckpointChat chat = CheckpointChat.open(checkpoint.path(), checkpoint.config());
    try {
      SideFiles beside = SideFiles.read(checkpoint.path());
      Weights weights = reader.get();
      Runnable onClose =
          () -> {
            weights.close();
            checkpoint.close();
          };
      return new LoadedModel(
          checkpoint.path(), beside, fingerprint, chat, weights, precision, onClose);
    } catch (RuntimeException | Error e) {
      chat.close();
      throw e;
    }
  }

  /**
   * A checkpoint as whole weights in fp32 in the machine's memory, adapters merged into their base.
   *
   * @throws toolr0.torch.checkpoint.CheckpointException when a file is missing or does not fit
   */
  public static LoadedModel merged(Path folder, Precision precision) {
    if (!AdapterFolder.is(folder)) {
      try (CheckpointFolder checkpoint = CheckpointFolder.open(folder)) {
        return open(checkpoint, "", () -> load(checkpoint, Device.CPU, false), precision);
      }
    }
    try (AdapterFolder adapters = AdapterFolder.open(folder);
        CheckpointFolder base = CheckpointFolder.open(adapters.base())) {
      adapters.requireFits(base.config(), base.path(), AdapterFolder.fingerprint(base));
      return open(base, "", () -> merged(adapters, base), precision);
    }
  }

  private static Weights merged(AdapterFolder adapters, CheckpointFolder base) {
    Weights weights = load(base, Device.CPU, false);
    try (Adapters loaded = load(adapters, adapters.spec(), base.config(), Device.CPU, false)) {
      loaded.mergeInto(weights);
      return weights;
    } catch (RuntimeException | Error e) {
      weights.close();
      throw e;
    }
  }

  /**
   * Reads open adapters of a model.
   *
   * @param lora what they are
   * @throws toolr0.torch.checkpoint.CheckpointException when they do not fit the model
   */
  static Adapters load(AdapterFolder folder, LoraSpec lora, LoadedModel base, boolean trainable) {
    folder.requireFits(base.model.config(), base.source, base.fingerprint);
    return load(folder, lora, base.model.config(), base.model.device(), trainable);
  }

  private static Adapters load(
      AdapterFolder folder, LoraSpec lora, ModelConfig config, Device device, boolean trainable) {
    Safetensors file = folder.weights();
    return Adapters.load(
        config,
        device,
        lora,
        trainable,
        (name, shape) -> tensor(file.tensor(name).orElseThrow(), shape));
  }

  /**
   * This model once more, in the same memory.
   *
   * @param onClose runs when the view is closed, which leaves this model open
   */
  LoadedModel view(Runnable onClose) {
    return new LoadedModel(this, model, onClose);
  }

  /**
   * This model with adapters over it, in the same memory.
   *
   * @param adapters closed with the view
   * @param onClose runs then; this model stays open
   */
  LoadedModel view(Adapters adapters, Runnable onClose) {
    return new LoadedModel(
        this,
        model.with(adapters),
        () -> {
          adapters.close();
          onClose.run();
        });
  }

  /**
   * Reads the weights of an open checkpoint: in fp32, but matrices that are not trained in bf16
   * where {@link #staysBf16} says so. The checkpoint must stay open while weights {@link
   * Weights#useFile use} it.
   */
  public static Weights read(CheckpointFolder checkpoint, boolean trainable, Compute compute) {
    return !trainable && staysBf16(checkpoint, compute)
        ? Weights.loadBf16(checkpoint.config(), compute.device(), source(checkpoint))
        : load(checkpoint, compute.device(), trainable);
  }

  /**
   * Whether a model's matrices are in bf16 where they are not trained: where all layers compute in
   * bf16; and those of a large model that are stored so. (On the CPU small models are decoded from
   * packed fp32 copies, and of fp16 the decoder has no vectors.)
   */
  static boolean staysBf16(CheckpointFolder checkpoint, Compute compute) {
    return compute.precision() == Precision.BF16
        || (!SideBySide.isSmall(checkpoint.config().parameterCount())
            && checkpoint.weights().tensors().values().stream()
                .filter(tensor -> tensor.shape().size() == 2)
                .allMatch(tensor -> tensor.dtype() == DType.BF16));
  }

  private static Weights load(CheckpointFolder checkpoint, Device device, boolean trainable) {
    return Weights.load(checkpoint.config(), device, trainable, source(checkpoint));
  }

  private static Weights.Source source(CheckpointFolder checkpoint) {
    Safetensors file = checkpoint.weights();
    return new Weights.Source() {
      @Override
      public Tensor tensor(String name, long[] shape) {
        return LoadedModel.tensor(file.tensor(name).orElseThrow(), shape);
      }

      @Override
      public void done(String name) {
        file.tensor(name).orElseThrow().letGo();
      }

      @Override
      public Optional<Tensor> inFile(List<String> names, long[] shape) {
        List<TensorInfo> parts =
            names.stream().map(name -> file.tensor(name).orElseThrow()).toList();
        if (!areOnePiece(parts)) {
          return Optional.empty();
        }
        parts.forEach(FiniteWeights::require);
        return Optional.of(Tensors.view(parts.getFirst().data(), ScalarType.BFloat16, shape));
      }
    };
  }

  /**
   * Whether tensors are in bf16 and lie one after the other, at an address that values of two bytes
   * can be read from.
   */
  private static boolean areOnePiece(List<TensorInfo> parts) {
    return parts.stream().allMatch(part -> part.dtype() == DType.BF16)
        && parts.getFirst().data().address() % DType.BF16.bytes() == 0
        && IntStream.range(1, parts.size())
            .allMatch(i -> parts.get(i - 1).isFollowedBy(parts.get(i)));
  }

  /** A stored tensor as it lies in the memory map. */
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
    FiniteWeights.require(info);
    return Tensors.view(info.data(), type, shape);
  }

  public Transformer model() {
    return model;
  }

  public Tokenizer tokenizer() {
    return chat.tokenizer();
  }

  public ChatRenderer renderer() {
    return chat.renderer();
  }

  public int contextLength() {
    return model.config().maxPositionEmbeddings();
  }

  /** The folder that the weights come from. */
  Path source() {
    return source;
  }

  /** Tells the weights from others'; empty when they come from no checkpoint. */
  String fingerprint() {
    return fingerprint;
  }

  TorchSampler sampler(String name, LongSupplier steps) {
    return sampler(name, steps, () -> Waves.budget(DeviceMemory.free(model.device())));
  }

  /**
   * A sampler.
   *
   * @param keyValueBudget bytes of the keys and values of what is sampled together
   */
  TorchSampler sampler(String name, LongSupplier steps, LongSupplier keyValueBudget) {
    return new TorchSampler(model, decoder(), chat.tokenizer(), name, steps, keyValueBudget);
  }

  /** The one decoder of the weights, whatever adapters are over them. */
  private Decoder decoder() {
    if (base.isPresent()) {
      return base.get().decoder();
    }
    if (decoder.isEmpty()) {
      decoder = Optional.of(Decoder.of(model, NativeLibrary.require().threads()));
    }
    return decoder.get();
  }

  /**
   * Writes the adapters in PEFT's layout, or without adapters the weights in fp32, with the
   * tokenizer's files; the folder appears whole or not at all.
   */
  public void save(Path folder, AtomicFolder.Content extras) {
    try (TensorScope scope = TensorScope.open()) {
      if (model.adapters().isPresent()) {
        Adapters adapters = model.adapters().get();
        AdapterFolder.write(
            folder,
            adapters.spec(),
            source,
            beside,
            fingerprint,
            toWrite(adapters.export()),
            extras);
      } else {
        List<TensorToWrite> tensors = toWrite(model.weights().export());
        CheckpointFolder.write(folder, model.config(), tensors, beside, extras);
      }
    }
  }

  /**
   * Writes the weights in fp32 as one file for llama.cpp, see {@link GgufFolder}.
   *
   * @return what people should know of it, a sentence each
   * @throws IllegalStateException when adapters are over the weights
   */
  public List<String> saveGguf(Path folder) {
    if (model.adapters().isPresent()) {
      throw new IllegalStateException("the adapters are not merged");
    }
    try (TensorScope scope = TensorScope.open()) {
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      for (Weights.Exported tensor : model.weights().export()) {
        List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
        tensors.put(
            tensor.name(),
            new TensorInfo(
                tensor.name(), DType.F32, shape, Tensors.memory(tensor.values()), source));
      }
      return GgufFolder.write(folder, model.config(), tensors, source);
    }
  }

  private static List<TensorToWrite> toWrite(List<Weights.Exported> tensors) {
    return tensors.stream()
        .map(
            t ->
                TensorToWrite.of(
                    t.name(),
                    DType.F32,
                    Arrays.stream(t.shape()).boxed().toList(),
                    Tensors.memory(t.values())))
        .toList();
  }

  /** Frees what is this model's own; a second time does nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (base.isEmpty()) {
      decoder.ifPresent(Decoder::close);
      chat.close();
    }
    onClose.run();
    Heap.trim();
  }
}
