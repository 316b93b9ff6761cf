package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PassSpec;
import toolr0.policy.SamplingParams;
import toolr0.torch.checkpoint.CheckpointFolder;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.decode.Decoder;
import toolr0.torch.decode.MemoryBandwidth;
import toolr0.torch.decode.Scores;
import toolr0.torch.decode.TensorChoice;
import toolr0.torch.decode.TokenChoice;
import toolr0.torch.model.Compute;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.system.NativeLibrary;
import toolr0.torch.system.SideBySide;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

/**
 * Tokens per second of a checkpoint. The limit of each figure is measured in the same minute: the
 * model's own matrix products at the same number of rows and nothing else (three times over for a
 * training step); for decoding with a large model, reading its matrices from memory once a step.
 */
public final class Throughput {
  private static final int PROMPT = 128;
  private static final int NEW_TOKENS = 128;
  private static final int SEQUENCES = 16;
  private static final int SEQUENCE = 512;
  private static final int GROUP = 8;
  private static final int GROUP_PROMPT = 400;
  private static final int GROUP_COMPLETION = 100;
  private static final PassSpec PASSES = PassSpec.ofTokens(4 * SEQUENCE);
  private static final double SECONDS = 3;
  private static final int LARGE_NEW_TOKENS = 60;

  /**
   * One measurement.
   *
   * @param what for example "decode, batch 16"
   * @param tokensPerSecond best of the repetitions
   * @param limit tokens per second of the matrix products alone
   */
  public record Result(String what, double tokensPerSecond, double limit) {}

  private final Transformer model;
  private final Decoder decoder;

  private Throughput(Transformer model, Decoder decoder) {
    this.model = model;
    this.decoder = decoder;
  }

  /** Measures a checkpoint; each result is reported as soon as it is known. */
  public static List<Result> measure(Path folder, Compute compute, Consumer<Result> listener) {
    try (CheckpointFolder checkpoint = CheckpointFolder.openWeights(folder)) {
      boolean small = SideBySide.isSmall(checkpoint.config().parameterCount());
      try (Weights weights = LoadedModel.read(checkpoint, small, compute)) {
        Transformer model = new Transformer(weights, compute.precision());
        return small ? measure(model, listener) : measureLarge(model, listener);
      }
    }
  }

  /** A large model, frozen: what bounds its decoding is the memory that its weights come from. */
  private static List<Result> measureLarge(Transformer model, Consumer<Result> listener) {
    int threads = NativeLibrary.require().threads();
    double bandwidth =
        model.device().isCpu()
            ? MemoryBandwidth.measure(threads)
            : MemoryBandwidth.measure(model.device());
    List<Result> results = new ArrayList<>();
    try (Decoder decoder = Decoder.of(model, threads)) {
      Throughput bench = new Throughput(model, decoder);
      for (int rows : new int[] {1, 16}) {
        double limit = rows * bandwidth / model.weights().matrixBytes();
        results.add(
            new Result(
                "decode, batch %d".formatted(rows), rows / bench.secondsOfStep(rows), limit));
        listener.accept(results.getLast());
      }
    }
    return results;
  }

  private static List<Result> measure(Transformer model, Consumer<Result> listener) {
    try (Decoder decoder = Decoder.of(model, NativeLibrary.require().threads())) {
      Throughput bench = new Throughput(model, decoder);
      List<Result> results = new ArrayList<>();
      Consumer<Result> report =
          result -> {
            results.add(result);
            listener.accept(result);
          };
      report.accept(bench.prefill());
      for (int batch : new int[] {1, 16, 64}) {
        report.accept(bench.decode(batch));
      }
      report.accept(bench.train());
      report.accept(bench.group(true));
      report.accept(bench.group(false));
      return results;
    }
  }

  private Result prefill() {
    PackedBatch batch = PackedBatch.of(entries(SEQUENCES, SEQUENCE, 0));
    double seconds =
        fastest(
            () -> {
              try (NoGradGuard noGrad = new NoGradGuard()) {
                model.forward(batch);
              }
            });
    return new Result(
        "prefill, %d x %d".formatted(SEQUENCES, SEQUENCE),
        batch.rows() / seconds,
        batch.rows() / products(batch.rows(), 0));
  }

  /** Seconds of a decoding step when its code has been compiled. */
  private double secondsOfStep(int rows) {
    List<int[]> prompts = entries(rows, 16, 0).stream().map(PackedBatch.Entry::prompt).toList();
    int[] indices = IntStream.range(0, rows).toArray();
    double[] seconds = new double[LARGE_NEW_TOKENS];
    try (Decoder.Rows cache = decoder.start(model, prompts, indices)) {
      for (int t = 0; t < LARGE_NEW_TOKENS; t++) {
        long start = System.nanoTime();
        cache.append(indices, new int[rows]);
        Tensors.await(model.device());
        seconds[t] = (System.nanoTime() - start) / 1e9;
      }
    }
    double[] later = Arrays.copyOfRange(seconds, LARGE_NEW_TOKENS / 2, LARGE_NEW_TOKENS);
    Arrays.sort(later);
    return later[later.length / 2];
  }

  private Result decode(int rows) {
    List<int[]> prompts = entries(rows, PROMPT, 0).stream().map(PackedBatch.Entry::prompt).toList();
    int[] indices = IntStream.range(0, rows).toArray();
    SamplingParams greedy = SamplingParams.greedy(NEW_TOKENS);
    int vocabulary = model.config().vocabSize();
    TokenChoice choice = new TokenChoice(greedy, vocabulary, decoder.logitsStride());
    double seconds = Double.MAX_VALUE;
    long end = System.nanoTime() + (long) (SECONDS * 1e9);
    do {
      try (TensorChoice there = new TensorChoice(greedy, model.device(), vocabulary, List.of());
          Decoder.Rows cache = decoder.start(model, prompts, indices)) {
        long start = System.nanoTime();
        Scores scores = cache.promptLogits();
        for (int t = 0; t < NEW_TOKENS; t++) {
          scores = cache.append(indices, mostProbable(scores, indices, choice, there));
        }
        Tensors.await(model.device());
        seconds = Math.min(seconds, (System.nanoTime() - start) / 1e9);
      }
    } while (System.nanoTime() < end);
    return new Result(
        "decode, batch %d".formatted(rows),
        rows * NEW_TOKENS / seconds,
        rows / products(rows, rows));
  }

  private int[] mostProbable(Scores scores, int[] rows, TokenChoice choice, TensorChoice there) {
    return switch (scores) {
      case Scores.OnHost(float[] values) ->
          Arrays.stream(rows)
              .map(
                  row -> {
                    int from = row * decoder.logitsStride();
                    choice.draw(values, from, new BitSet(), new SplittableRandom(1));
                    return choice.id();
                  })
              .toArray();
      case Scores.OnDevice(Tensor rowsV, int _) ->
          there
              .draw(
                  rowsV,
                  Arrays.stream(rows).asLongStream().toArray(),
                  rows,
                  new double[rows.length])
              .ids();
    };
  }

  private Result train() {
    List<MicroBatches.Part> parts = new ArrayList<>();
    for (PackedBatch.Entry entry : entries(SEQUENCES, 1, SEQUENCE)) {
      parts.add(
          new MicroBatches.Part(parts.size(), entry.prompt(), List.of(0), entry.completions()));
    }
    try (AdamW optimizer = new AdamW(model.weights(), OptimizerSpec.DEFAULT);
        Replicas replicas = new Replicas(model)) {
      List<MicroBatches.MicroBatch> passes = replicas.plan(parts, PASSES.tokensPerMicroBatch());
      double seconds =
          fastest(
              () -> {
                optimizer.zeroGrad();
                replicas.run(
                    passes,
                    (replica, pass, i) -> {
                      try (TensorScope scope = TensorScope.open()) {
                        return backward(replica, pass.packed());
                      }
                    });
                optimizer.step(0, 1);
              });
      int tokens = SEQUENCES * SEQUENCE;
      return new Result(
          "train, %d x %d".formatted(SEQUENCES, SEQUENCE),
          tokens / seconds,
          tokens / (3 * products(tokens, tokens)));
    }
  }

  /**
   * A learner's pass over one group. Tokens are counted as if the prompt stood before every
   * completion, so that the two ways compare.
   */
  private Result group(boolean sharedPrompt) {
    int[] prompt = entries(1, GROUP_PROMPT, 0).getFirst().prompt();
    List<int[]> completions =
        entries(GROUP, 1, GROUP_COMPLETION).stream().map(e -> e.completions().getFirst()).toList();
    PackedBatch batch =
        sharedPrompt
            ? PackedBatch.of(List.of(new PackedBatch.Entry(prompt, completions)))
            : PackedBatch.of(
                completions.stream().map(c -> new PackedBatch.Entry(prompt, List.of(c))).toList());
    double seconds = fastest(() -> backward(model, batch));
    int tokens = GROUP * (GROUP_PROMPT + GROUP_COMPLETION);
    return new Result(
        "group of %d, %d + %d, prompt %s"
            .formatted(GROUP, GROUP_PROMPT, GROUP_COMPLETION, sharedPrompt ? "shared" : "repeated"),
        tokens / seconds,
        tokens / (3 * products(batch.rows(), GROUP * GROUP_COMPLETION)));
  }

  private static double backward(Transformer model, PackedBatch batch) {
    return LmHead.accumulate(
        model,
        batch,
        1,
        PASSES,
        (logProbs, entropy, at) -> logProbs.sum().mul(Tensors.scalar(-1e-4)));
  }

  /**
   * Seconds that the model's matrix products take for so many rows through the layers and through
   * the head.
   */
  private double products(int rows, int headRows) {
    ModelConfig c = model.config();
    long heads = (long) c.numAttentionHeads() * c.headDim();
    long[][] shapes = {
      {c.hiddenSize(), heads + 2L * c.numKeyValueHeads() * c.headDim()},
      {heads, c.hiddenSize()},
      {c.hiddenSize(), 2L * c.intermediateSize()},
      {c.intermediateSize(), c.hiddenSize()}
    };
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      double seconds = 0;
      for (long[] shape : shapes) {
        seconds += c.numHiddenLayers() * product(rows, shape[0], shape[1]);
      }
      return headRows == 0 ? seconds : seconds + product(headRows, c.hiddenSize(), c.vocabSize());
    }
  }

  /** Seconds of a product in the type in which it is fastest, of those that the model may use. */
  private double product(long rows, long in, long out) {
    return switch (model.precision()) {
      case FP32 -> product(rows, in, out, ScalarType.Float);
      case BF16_LINEAR ->
          Math.min(
              product(rows, in, out, ScalarType.Float),
              product(rows, in, out, ScalarType.BFloat16));
      case BF16 -> product(rows, in, out, ScalarType.BFloat16);
    };
  }

  private double product(long rows, long in, long out, ScalarType type) {
    TensorOptions options = Tensors.options(model.device(), type);
    Tensor x = torch.randn(new long[] {rows, in}, options);
    Tensor w = torch.randn(new long[] {out, in}, options);
    return fastest(() -> torch.linear(x, w), SECONDS / 10);
  }

  private double fastest(Runnable work) {
    return fastest(work, SECONDS);
  }

  private double fastest(Runnable work, double seconds) {
    double best = Double.MAX_VALUE;
    long end = System.nanoTime() + (long) (seconds * 1e9);
    int runs = 0;
    while (runs < 2 || System.nanoTime() < end) {
      try (TensorScope scope = TensorScope.open()) {
        long start = System.nanoTime();
        work.run();
        Tensors.await(model.device());
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
        runs++;
      }
    }
    return best;
  }

  private List<PackedBatch.Entry> entries(int count, int prompt, int completion) {
    SplittableRandom random = new SplittableRandom(1);
    List<PackedBatch.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(
          new PackedBatch.Entry(
              ids(random, prompt), completion == 0 ? List.of() : List.of(ids(random, completion))));
    }
    return entries;
  }

  private int[] ids(SplittableRandom random, int length) {
    return random.ints(length, 0, model.config().vocabSize()).toArray();
  }
}
