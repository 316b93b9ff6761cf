package toolr0.torch.policy;

import java.nio.file.Path;
import toolr0.policy.Device.Kind;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LoraSpec;
import toolr0.policy.OptimizerSpec.Optim;
import toolr0.policy.PassSpec;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.checkpoint.AdapterTensors;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.decode.Decoder;
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.system.SideBySide;

/**
 * Bytes that a model takes in its roles, worked out from its dimensions and the settings.
 *
 * @param bf16 whether its matrices stay in bf16 where they are not trained
 */
public record MemoryEstimate(ModelConfig config, boolean bf16, Compute compute) {

  /** The JVM with its heap, libtorch and the tokenizer. */
  public static final long PROGRAM = 550L << 20;

  /** What CUDA's libraries add to the program in the machine's memory. */
  private static final long CUDA_LIBRARIES = 2500L << 20;

  /** What CUDA, its kernels and the workspaces of products take on the device. */
  private static final long CUDA_CONTEXT = 900L << 20;

  private static final long FP32 = Float.BYTES;
  private static final long BF16 = 2;

  /** Bytes of both moments of a weight in 8 bits, scales included. */
  private static final double EIGHT_BIT_MOMENTS = 2 * (1 + FP32 / (double) EightBitMoments.BLOCK);

  /** Tensors of a chunk of scores that are alive at the same time. */
  private static final long CHUNK_TENSORS = 5;

  /** Tensors of a step's scores that are alive at the same time while ids are drawn from them. */
  private static final long CHOICE_TENSORS = 6;

  /**
   * What a layer makes of a token, in widths of the model, of all its query heads, of all its key
   * heads and of its feed-forward layer.
   */
  private static final long WIDTHS = 6;

  private static final long QUERY_WIDTHS = 4;
  private static final long KEY_WIDTHS = 6;
  private static final long INNER_WIDTHS = 6;

  /** Widths of queries and keys that normalising them adds. */
  private static final long NORMED_WIDTHS = 2;

  /**
   * Widths of queries and keys that are added where every completion attends with a prompt of its
   * own, and rotations are in fp32.
   */
  private static final long REPEATED_WIDTHS = 8;

  /** Looks at a checkpoint, adapters included; their base is what counts. */
  public static MemoryEstimate of(Path folder, Compute compute) {
    try (CheckpointFolder checkpoint = CheckpointFolder.open(AdapterFolder.baseOf(folder))) {
      return new MemoryEstimate(
          checkpoint.config(), LoadedModel.staysBf16(checkpoint, compute), compute);
    }
  }

  /** Whether models lie in memory of their own, not in the machine's. */
  public boolean apart() {
    return compute.device().kind() == Kind.CUDA;
  }

  /** The program without any model, where the models are. */
  public long program() {
    return apart() ? CUDA_CONTEXT : PROGRAM;
  }

  /**
   * What the machine's memory holds while models lie on a device: the program, and a checkpoint on
   * its way to the disk.
   */
  public long beside(LearnerSpec spec) {
    return PROGRAM + CUDA_LIBRARIES + checkpoint(spec);
  }

  private boolean small() {
    return SideBySide.isSmall(config.parameterCount());
  }

  private long workers() {
    return SideBySide.workersFor(config.parameterCount(), compute.device());
  }

  private boolean allBf16() {
    return compute.precision() == Precision.BF16;
  }

  /** Bytes of a value that layers hand on. */
  private long activation() {
    return allBf16() ? BF16 : FP32;
  }

  /** The copy that decoding makes of a small model on the CPU. */
  private long packed() {
    if (!small() || !compute.device().isCpu()) {
      return 0;
    }
    return (compute.precision() == Precision.FP32 ? FP32 : BF16) * config.parameterCount();
  }

  /** A frozen model. */
  public long frozen() {
    return (bf16 ? BF16 : FP32) * config.parameterCount() + packed();
  }

  /** A model that another stage of the run has trained and that is frozen now. */
  public long frozenAfterTraining() {
    return (allBf16() ? BF16 : FP32) * config.parameterCount() + packed();
  }

  /**
   * A model's weights in fp32, adapters merged, and the queries' and keys' once more in the order
   * of files.
   */
  public long merged() {
    long heads = config.numAttentionHeads() + (long) config.numKeyValueHeads();
    long rotated = heads * config.headDim() * config.hiddenSize() * config.numHiddenLayers();
    return FP32 * (config.parameterCount() + rotated);
  }

  /** A model with all that training keeps between passes; with adapters the base is counted too. */
  public long learner(LearnerSpec spec) {
    if (spec.lora().enabled()) {
      return frozen() + adapters(spec);
    }
    long gradients = FP32 * workers() * config.parameterCount();
    long forDecoding = allBf16() ? BF16 * config.parameterCount() : packed();
    return FP32 * config.parameterCount()
        + forDecoding
        + gradients
        + moments(spec, config.parameterCount());
  }

  /** Adapters that are not trained: themselves, and packed for decoding. */
  public long frozenAdapters(LoraSpec lora) {
    return 2 * FP32 * adapterParameters(lora);
  }

  /** Adapters that are trained, their base apart. */
  public long adapters(LearnerSpec spec) {
    long parameters = adapterParameters(spec.lora());
    return frozenAdapters(spec.lora()) + FP32 * workers() * parameters + moments(spec, parameters);
  }

  /** A checkpoint on the disk with the optimizer's state. */
  public long checkpoint(LearnerSpec spec) {
    long parameters =
        spec.lora().enabled() ? adapterParameters(spec.lora()) : config.parameterCount();
    return FP32 * parameters + moments(spec, parameters);
  }

  private static long moments(LearnerSpec spec, long parameters) {
    return spec.optimizer().optim() == Optim.ADAMW
        ? 2 * FP32 * parameters
        : (long) (EIGHT_BIT_MOMENTS * parameters);
  }

  private long adapterParameters(LoraSpec lora) {
    return AdapterTensors.of(config, lora).elements();
  }

  /**
   * What forward and backward passes take besides.
   *
   * @param rows tokens of a step's groups, prompts once
   */
  public long passes(LearnerSpec spec, long rows) {
    PassSpec passes = spec.passes();
    long together = Math.min(rows, passes.tokensPerMicroBatch() * workers());
    long layers = config.numHiddenLayers();
    long ofLayer = activation() * together * (ofToken() + dropped(spec.lora())) + widened(spec);
    long kept =
        passes.gradientCheckpointing()
            ? activation() * together * config.hiddenSize() * layers + ofLayer
            : ofLayer * layers;
    long gradientsOfLayer = activation() * together * ofToken();
    long scores =
        Math.min(
            (long) passes.lmHeadChunkMb() << 20, FP32 * together * config.vocabSize() / workers());
    return kept + gradientsOfLayer + CHUNK_TENSORS * workers() * scores;
  }

  /**
   * What scoring given completions takes besides, without gradients.
   *
   * @param rows tokens that are read together
   */
  public long scoring(long rows) {
    long scores =
        Math.min((long) PassSpec.LM_HEAD_CHUNK_MB << 20, FP32 * rows * config.vocabSize());
    return activation() * rows * ofToken() + CHUNK_TENSORS * scores;
  }

  /**
   * Values that dropout adds to what a layer keeps of a token: of every adapter's inputs those that
   * are left, and which ones.
   */
  private long dropped(LoraSpec lora) {
    if (!lora.enabled() || lora.dropout() == 0) {
      return 0;
    }
    long inputs =
        AdapterTensors.of(config, lora).linears().stream()
            .mapToLong(linear -> linear.a().shape().getLast())
            .sum();
    return 2 * inputs / config.numHiddenLayers();
  }

  /** The copies of a layer's frozen matrices in the type in which products are computed. */
  private long widened(LearnerSpec spec) {
    Precision precision = compute.precision();
    boolean frozen = spec.lora().enabled();
    boolean asStored =
        allBf16() ? frozen : precision == (bf16 ? Precision.BF16_LINEAR : Precision.FP32);
    if (asStored) {
      return 0;
    }
    boolean converted = frozen || precision != Precision.FP32;
    long embedding = (long) config.vocabSize() * config.hiddenSize();
    long matrices = config.parameterCount() - (config.tieWordEmbeddings() ? 1 : 2) * embedding;
    return converted
        ? (precision == Precision.FP32 ? FP32 : BF16) * matrices / config.numHiddenLayers()
        : 0;
  }

  /** Values that a layer makes of a token and that its gradients need. */
  private long ofToken() {
    long queries = (long) config.numAttentionHeads() * config.headDim();
    long keys = (long) config.numKeyValueHeads() * config.headDim();
    long normed = config.family().layer().queryKeyNorm() ? NORMED_WIDTHS : 0;
    long repeated = compute.device().isCpu() ? 0 : REPEATED_WIDTHS;
    return WIDTHS * config.hiddenSize()
        + (QUERY_WIDTHS + normed + repeated) * queries
        + (KEY_WIDTHS + normed + repeated) * keys
        + INNER_WIDTHS * config.intermediateSize();
  }

  /** Tensors over the vocabulary while rows are drawn; Java takes one row after the other. */
  private long scoresTogether() {
    return compute.device().isCpu() ? 1 : CHOICE_TENSORS;
  }

  /**
   * What a sampler is asked for.
   *
   * @param promptTokens of each prompt
   * @param groups prompts
   * @param generations completions of each
   * @param completionTokens of each at most
   */
  public record Sampling(int promptTokens, int groups, int generations, int completionTokens) {}

  /**
   * What sampling takes besides: keys and values, which are divided into waves where memory is
   * short, the layers' values of the prompts that are read, and scores over the vocabulary.
   *
   * @param free bytes that are left beside everything else
   */
  public long sampling(Sampling asked, long free) {
    int prompt = Math.clamp(asked.promptTokens(), 1, config.maxPositionEmbeddings() - 1);
    Waves waves = new Waves(config, compute, asked.completionTokens());
    long groups = Waves.together(asked.groups(), asked.generations());
    long scores = scoresTogether() * FP32 * groups * (1 + asked.generations()) * config.vocabSize();
    long together = compute.device().isCpu() ? workers() : Decoder.promptsTogether(prompt);
    long reading = activation() * prompt * Math.min(together, groups) * ofToken();
    long rest = scores + reading;
    long budget = Waves.budget(Math.max(0, free - rest));
    return rest + waves.most(prompt, asked.groups(), asked.generations(), budget);
  }
}
