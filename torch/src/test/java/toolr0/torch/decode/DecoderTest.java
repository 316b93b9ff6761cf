package toolr0.torch.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import toolr0.base.Seed;
import toolr0.policy.LoraSpec;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.ModelFamily;
import toolr0.torch.checkpoint.Rope;
import toolr0.torch.checkpoint.SmallConfigs;
import toolr0.torch.model.Adapters;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.PerturbedWeights;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Transformer;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;

class DecoderTest {
  private static final int STEPS = 70;
  private static final int[] PROMPT_OF_ROW = {0, 0, 1, 2, 2, 2, 3, 3, 1};

  /** No size of which is a whole number of vectors. */
  private static final ModelConfig CONFIG =
      new ModelConfig(
          new ModelFamily.Qwen2(),
          301,
          36,
          51,
          2,
          6,
          2,
          38,
          1e-6,
          Rope.of(10_000),
          256,
          false,
          0.02,
          OptionalInt.empty(),
          List.of(0),
          OptionalInt.empty(),
          1);

  private final SplittableRandom random = new SplittableRandom(3);
  private final List<int[]> prompts = IntStream.of(1, 31, 32, 90).mapToObj(this::ids).toList();
  private final List<int[]> continuations =
      Arrays.stream(PROMPT_OF_ROW).mapToObj(prompt -> ids(STEPS)).toList();

  /** How a decoder on the CPU multiplies, or that it goes through libtorch. */
  enum Matrices {
    PACKED,
    PACKED_BF16,
    MKL,
    IN_PLACE,
    IN_PLACE_BF16,
    IN_PLACE_BF16_PAGES,
    TENSORS,
    TENSORS_BF16;

    /** All that this processor can do. */
    static Stream<Matrices> possible() {
      return Arrays.stream(values()).filter(m -> m != MKL || MklMatrix.isAvailable());
    }

    boolean bf16() {
      return this == IN_PLACE_BF16 || this == IN_PLACE_BF16_PAGES || this == TENSORS_BF16;
    }

    /** Whether keys and values are kept in bf16. */
    boolean bf16Pages() {
      return this == PACKED_BF16 || this == MKL || this == IN_PLACE_BF16_PAGES;
    }

    boolean vectors() {
      return this != TENSORS && this != TENSORS_BF16;
    }

    VectorDecoder.Products products() {
      return switch (this) {
        case PACKED, PACKED_BF16 -> VectorDecoder.Products.PACKED;
        case MKL -> VectorDecoder.Products.MKL;
        default -> VectorDecoder.Products.IN_PLACE;
      };
    }
  }

  record Case(ModelConfig config, Matrices matrices) {

    Weights weights() {
      Weights exact = PerturbedWeights.of(config, 1);
      if (!matrices.bf16()) {
        return exact;
      }
      try (exact;
          TensorScope scope = TensorScope.open()) {
        Map<String, Tensor> tensors = new HashMap<>();
        exact.export().forEach(tensor -> tensors.put(tensor.name(), tensor.values()));
        return Weights.loadBf16(
            config, (name, shape) -> Objects.requireNonNull(tensors.get(name)).view(shape));
      }
    }

    Precision precision() {
      return matrices.bf16Pages() ? Precision.BF16_LINEAR : Precision.FP32;
    }

    /** In what the whole text is read: in place, matrices take inputs that are not rounded. */
    Precision readIn() {
      return matrices == Matrices.IN_PLACE_BF16_PAGES ? Precision.FP32 : precision();
    }

    /** How far scores are from those of reading the whole text; a few units in size. */
    float tolerance(float exact) {
      return switch (matrices) {
        case PACKED_BF16, MKL -> 5e-2f;
        case IN_PLACE_BF16_PAGES -> 2e-2f;
        default -> exact;
      };
    }

    Decoder decoder(Transformer model, int threads) {
      return matrices.vectors()
          ? new VectorDecoder(model, threads, matrices.products())
          : new TensorDecoder(model);
    }
  }

  static Stream<Case> cases() {
    return Stream.concat(Stream.of(CONFIG), SmallConfigs.all())
        .flatMap(config -> Matrices.possible().map(m -> new Case(config, m)));
  }

  static Stream<Case> vectorCases() {
    return cases().filter(with -> with.matrices().vectors());
  }

  static Stream<Matrices> vectorMatrices() {
    return Matrices.possible().filter(Matrices::vectors);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void scoresAreThoseOfReadingTheWholeText(Case with) {
    try (Weights weights = with.weights()) {
      Transformer model = new Transformer(weights, with.precision());
      int[] all = IntStream.range(0, PROMPT_OF_ROW.length).toArray();
      Transformer whole = new Transformer(weights, with.readIn());
      List<float[]> decoded = decode(with, model, all, 2);
      for (int row : all) {
        float[] read = read(whole, row);
        assertThat(read).hasSize(with.config().vocabSize());
        for (int id = 0; id < read.length; id++) {
          assertThat(decoded.get(row)[id]).isCloseTo(read[id], within(with.tolerance(2e-5f)));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("vectorCases")
  void aRowsBitsDependNeitherOnTheBatchNorOnTheThreads(Case with) {
    try (Weights weights = with.weights()) {
      Transformer model = new Transformer(weights, with.precision());
      List<float[]> together = decode(with, model, IntStream.range(0, 9).toArray(), 3);
      for (int row : new int[] {1, 4, 8}) {
        for (int threads = 1; threads <= 3; threads++) {
          assertThat(decode(with, model, new int[] {row}, threads).getFirst())
              .isEqualTo(together.get(row));
        }
      }
      for (int rows = 2; rows <= 9; rows++) {
        List<float[]> some = decode(with, model, IntStream.range(0, rows).toArray(), 1);
        for (int row = 0; row < rows; row++) {
          assertThat(some.get(row)).isEqualTo(together.get(row));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void adaptersChangeScoresAsTheyDoWhereTheWholeTextIsRead(Case with) {
    LoraSpec spec = new LoraSpec(3, 6, 0, LoraSpec.ALL_LINEAR);
    try (Weights weights = with.weights();
        Adapters adapters = Adapters.fresh(with.config(), spec, new Seed(4));
        TensorScope scope = TensorScope.open()) {
      float[] noise = new float[Math.toIntExact(adapters.flat().numel())];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (float) random.nextDouble(-0.1, 0.1);
      }
      try (NoGradGuard noGrad = new NoGradGuard()) {
        adapters.flat().add_(Tensors.floats(noise));
      }
      Transformer base = new Transformer(weights, with.precision());
      Transformer model = base.with(adapters);
      Transformer whole = new Transformer(weights, with.readIn()).with(adapters);
      int[] all = IntStream.range(0, PROMPT_OF_ROW.length).toArray();
      List<float[]> decoded = decode(with, model, all, 2);
      List<float[]> without = decode(with, base, all, 2);
      for (int row : all) {
        assertThat(decoded.get(row))
            .containsExactly(read(whole, row), within(with.tolerance(1e-4f)));
        assertThat(decoded.get(row)).isNotEqualTo(without.get(row));
      }
    }
  }

  @Test
  void whatCannotBeReadLeavesNoPagesInUse() {
    Case with = new Case(CONFIG, Matrices.IN_PLACE);
    try (Weights weights = with.weights();
        VectorDecoder decoder =
            (VectorDecoder) with.decoder(new Transformer(weights, Precision.FP32), 1)) {
      int[] wrong = {0, CONFIG.vocabSize()};
      Transformer model = new Transformer(weights, Precision.FP32);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(
                () -> decoder.start(model, List.of(prompts.get(3), wrong), new int[] {0, 1}))
            .isInstanceOf(RuntimeException.class);
        assertThat(decoder.pagesInUse()).isZero();
      }
    }
  }

  @Test
  void whatCannotBeReadThroughLibtorchLeavesNoTensors() {
    Case with = new Case(CONFIG, Matrices.TENSORS);
    try (Weights weights = with.weights()) {
      Transformer model = new Transformer(weights, Precision.FP32);
      int[] wrong = {0, CONFIG.vocabSize()};
      try (Decoder decoder = with.decoder(model, 1)) {
        long live = TensorScope.live();
        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(
                  () -> decoder.start(model, List.of(prompts.get(3), wrong), new int[] {0, 1}))
              .isInstanceOf(RuntimeException.class);
          assertThat(TensorScope.live()).isEqualTo(live);
        }
        decoder.start(model, prompts, PROMPT_OF_ROW).close();
        assertThat(TensorScope.live()).isEqualTo(live);
      }
    }
  }

  /** What a decoder takes of a model's tensors last cannot be read: the tensor is gone. */
  @ParameterizedTest
  @MethodSource("vectorMatrices")
  void aDecoderThatCannotBeMadeLeavesNoTensors(Matrices matrices) {
    Case with = new Case(CONFIG, matrices);
    try (Weights weights = with.weights()) {
      Transformer model = new Transformer(weights, with.precision());
      weights.lmHead().deallocate();
      long live = TensorScope.live();
      assertThatThrownBy(() -> with.decoder(model, 3)).isInstanceOf(RuntimeException.class);
      assertThat(TensorScope.live()).isEqualTo(live);
    }
  }

  @Test
  void adaptersThatCannotBePackedLeaveNoTensors() {
    Case with = new Case(CONFIG, Matrices.PACKED);
    LoraSpec spec = new LoraSpec(3, 6, 0, LoraSpec.ALL_LINEAR);
    try (Weights weights = with.weights();
        Adapters adapters = Adapters.fresh(CONFIG, spec, new Seed(4));
        Decoder decoder = with.decoder(new Transformer(weights, Precision.FP32), 1)) {
      Transformer model = new Transformer(weights, Precision.FP32).with(adapters);
      adapters.layers().getLast().down().parts().getLast().b().deallocate();
      long live = TensorScope.live();
      assertThatThrownBy(() -> decoder.start(model, prompts, PROMPT_OF_ROW))
          .isInstanceOf(RuntimeException.class);
      assertThat(TensorScope.live()).isEqualTo(live);
    }
  }

  /** Rows take tokens by turns and leave one by one; those that stay do not notice. */
  @ParameterizedTest
  @MethodSource("cases")
  void rowsThatWaitOrLeaveDoNotDisturbTheOthers(Case with) {
    try (Weights weights = with.weights()) {
      Transformer model = new Transformer(weights, with.precision());
      Transformer whole = new Transformer(weights, with.readIn());
      int[] appended = new int[PROMPT_OF_ROW.length];
      boolean[] left = new boolean[PROMPT_OF_ROW.length];
      try (Decoder decoder = with.decoder(model, 2);
          Decoder.Rows cache = decoder.start(model, prompts, PROMPT_OF_ROW)) {
        for (int turn = 0; turn < 2 * STEPS; turn++) {
          int now = turn;
          int[] rows =
              IntStream.range(0, appended.length)
                  .map(row -> (row * 4 + now) % appended.length)
                  .filter(row -> !left[row] && appended[row] < STEPS && (row + now) % 2 == 0)
                  .toArray();
          if (rows.length == 0) {
            continue;
          }
          int[] tokens =
              Arrays.stream(rows).map(row -> continuations.get(row)[appended[row]]).toArray();
          float[] scores = cache.append(rows, tokens).values();
          for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            appended[row]++;
            if (appended[row] == STEPS || (appended[row] == 10 + 5 * row && row % 2 == 0)) {
              float[] read = read(whole, row, appended[row]);
              int from = i * decoder.logitsStride();
              assertThat(Arrays.copyOfRange(scores, from, from + read.length))
                  .containsExactly(read, within(with.tolerance(2e-5f)));
              left[row] = true;
              cache.finish(row);
            }
          }
        }
      }
      assertThat(left).doesNotContain(false);
    }
  }

  /** Scores after all tokens of some rows, whose prompts alone are read. */
  private List<float[]> decode(Case with, Transformer model, int[] rows, int threads) {
    int[] read = Arrays.stream(rows).map(row -> PROMPT_OF_ROW[row]).distinct().toArray();
    int[] promptOfRow =
        Arrays.stream(rows)
            .map(row -> Arrays.stream(read).boxed().toList().indexOf(PROMPT_OF_ROW[row]))
            .toArray();
    int[] indices = IntStream.range(0, rows.length).toArray();
    Transformer base = new Transformer(model.weights(), model.precision());
    try (Decoder decoder = with.decoder(base, threads);
        Decoder.Rows cache =
            decoder.start(
                model, Arrays.stream(read).mapToObj(prompts::get).toList(), promptOfRow)) {
      Scores scores = cache.promptLogits();
      for (int t = 0; t < STEPS; t++) {
        int step = t;
        int[] tokens = Arrays.stream(rows).map(row -> continuations.get(row)[step]).toArray();
        scores = cache.append(indices, tokens);
      }
      float[] values = scores.values();
      List<float[]> last = new ArrayList<>();
      for (int i = 0; i < rows.length; i++) {
        int from = i * decoder.logitsStride();
        last.add(Arrays.copyOfRange(values, from, from + model.config().vocabSize()));
      }
      return last;
    }
  }

  private float[] read(Transformer model, int row) {
    return read(model, row, STEPS);
  }

  private float[] read(Transformer model, int row, int steps) {
    int[] prompt = prompts.get(PROMPT_OF_ROW[row]);
    int[] text = Arrays.copyOf(prompt, prompt.length + steps);
    System.arraycopy(continuations.get(row), 0, text, prompt.length, steps);
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor hidden =
          model.forward(PackedBatch.of(List.of(new PackedBatch.Entry(text, List.of()))));
      return Tensors.toFloats(model.logits(hidden.narrow(0, text.length - 1, 1)));
    }
  }

  private int[] ids(int length) {
    return random.ints(length, 0, SmallConfigs.VOCABULARY).toArray();
  }
}
