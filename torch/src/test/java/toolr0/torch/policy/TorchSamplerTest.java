package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Seed;
import toolr0.policy.Completion;
import toolr0.policy.Group;
import toolr0.policy.PolicyException;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.policy.StopReason;
import toolr0.torch.decode.Decoder;
import toolr0.torch.decode.DecoderKind;
import toolr0.torch.model.Precision;
import toolr0.torch.model.Weights;
import toolr0.torch.tensor.Tensors;
import toolr0.torch.text.TinyTokenizer;

class TorchSamplerTest {
  private static final int LENGTH = 40;

  @TempDir private Path folder;
  private LoadedModel model;
  private TorchSampler sampler;

  @BeforeEach
  void open() throws IOException {
    model = TinyModel.trainable(folder, 1);
    sampler = model.sampler("tiny", () -> 7);
  }

  @AfterEach
  void close() {
    model.close();
  }

  private static SampleRequest request(int number, int generations) {
    return new SampleRequest(
        TinyModel.prompt("p" + number, 3 + 5 * number), generations, new Seed(100 + number));
  }

  private static SamplingParams sampling(List<String> stop) {
    return new SamplingParams(LENGTH, 1, 1, 0, stop);
  }

  @Test
  void completionsDoNotDependOnTheMemoryForKeys() {
    SamplingParams params = sampling(List.of());
    List<Completion> together = completions(params, 3, 5);
    for (long bytes : new long[] {1, 100_000, 400_000}) {
      TorchSampler narrow = model.sampler("tiny", () -> 7, () -> bytes);
      List<Completion> apart = completions(narrow, params, 3, 5);
      for (int i = 0; i < together.size(); i++) {
        assertThat(apart.get(i).tokenIdsT()).isEqualTo(together.get(i).tokenIdsT());
        assertThat(apart.get(i).logProbsT()).isEqualTo(together.get(i).logProbsT());
      }
    }
  }

  private List<Completion> completions(SamplingParams params, int prompts, int generations) {
    return completions(sampler, params, prompts, generations);
  }

  private static List<Completion> completions(
      TorchSampler sampler, SamplingParams params, int prompts, int generations) {
    List<SampleRequest> requests =
        IntStream.range(0, prompts).mapToObj(p -> request(p, generations)).toList();
    return sampler.sample(requests, params).stream()
        .flatMap(group -> group.completionsG().stream())
        .toList();
  }

  @Test
  void aCompletionDoesNotDependOnWhatElseIsSampled() {
    List<SampleRequest> requests = IntStream.range(0, 12).mapToObj(p -> request(p, 16)).toList();
    List<Group> together = sampler.sample(requests, sampling(List.of()));
    for (int p : new int[] {0, 5, 11}) {
      Group alone = sampler.sample(List.of(request(p, 3)), sampling(List.of())).getFirst();
      assertThat(alone.prompt().id()).isEqualTo(together.get(p).prompt().id());
      for (int g = 0; g < 3; g++) {
        Completion same = together.get(p).completionsG().get(g);
        assertThat(alone.completionsG().get(g).tokenIdsT()).isEqualTo(same.tokenIdsT());
        assertThat(alone.completionsG().get(g).logProbsT()).isEqualTo(same.logProbsT());
      }
    }
    assertThat(together.get(5).completionsG().stream().map(Completion::text).distinct())
        .hasSize(16);
  }

  @Test
  void logProbabilitiesAreTheLearners() {
    for (double temperature : new double[] {1, 0.6}) {
      Group group =
          sampler.sample(List.of(request(4, 6)), SamplingParams.at(temperature, LENGTH)).getFirst();
      List<float[]> scored = TorchFrozenPolicy.logProbsGT(model, group, temperature);
      for (int g = 0; g < scored.size(); g++) {
        assertThat(group.completionsG().get(g).logProbsT())
            .containsExactly(scored.get(g), within(1e-4f));
      }
    }
  }

  @Test
  void decodingThroughLibtorchGivesTheSameCompletions() {
    for (SamplingParams params :
        List.of(
            sampling(List.of()),
            SamplingParams.greedy(LENGTH),
            new SamplingParams(LENGTH, 0.8, 0.9, 20, List.of()))) {
      List<Completion> expected = completions(params, 9, 7);
      List<Completion> found;
      try (Decoder decoder = DecoderKind.TENSORS.of(model.model(), 1)) {
        found = completions(sampler(model, decoder), params, 9, 7);
      }
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i).tokenIdsT()).isEqualTo(expected.get(i).tokenIdsT());
        assertThat(found.get(i).logProbsT())
            .containsExactly(expected.get(i).logProbsT(), within(1e-4f));
        assertThat(found.get(i).stopReason()).isEqualTo(expected.get(i).stopReason());
      }
    }
  }

  private static TorchSampler sampler(LoadedModel model, Decoder decoder) {
    return new TorchSampler(
        model.model(), decoder, model.tokenizer(), "tensors", () -> 0, () -> Long.MAX_VALUE);
  }

  @Test
  void weightsInFp32AreDecodedInBf16AsTheyAreAtTheStart() throws IOException {
    TinyTokenizer.write(folder);
    Weights weights = Weights.random(TinyModel.CONFIG, new Seed(1));
    try (LoadedModel trained = new LoadedModel(folder, weights, Precision.BF16);
        Decoder decoder = DecoderKind.TENSORS.of(trained.model(), 1)) {
      for (double factor : new double[] {1, 0.5}) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
          weights.flat().mul_(Tensors.scalar(factor));
        }
        Group group =
            sampler(trained, decoder)
                .sample(List.of(request(4, 6)), SamplingParams.at(1, LENGTH))
                .getFirst();
        List<float[]> scored = TorchFrozenPolicy.logProbsGT(trained, group, 1);
        for (int g = 0; g < scored.size(); g++) {
          assertThat(group.completionsG().get(g).logProbsT())
              .containsExactly(scored.get(g), within(0.1f));
        }
      }
    }
  }

  @Test
  void keepingOnlyTheMostProbableIdIsGreedy() {
    List<Completion> greedy = completions(SamplingParams.greedy(LENGTH), 6, 1);
    for (SamplingParams narrow :
        List.of(
            new SamplingParams(LENGTH, 1, 1, 1, List.of()),
            new SamplingParams(LENGTH, 1, 1e-6, 0, List.of()))) {
      assertThat(completions(narrow, 6, 1).stream().map(Completion::text))
          .containsExactlyElementsOf(greedy.stream().map(Completion::text).toList());
    }
  }

  @Test
  void aCompletionEndsAtTheEndOfTurnOrAtTheLimit() {
    List<Completion> all = completions(sampling(List.of()), 8, 16);
    assertThat(all).extracting(Completion::stopReason).contains(StopReason.END_OF_TURN);
    assertThat(all).extracting(Completion::stopReason).contains(StopReason.LENGTH);
    for (Completion completion : all) {
      int[] ids = completion.tokenIdsT();
      boolean ended = completion.stopReason() == StopReason.END_OF_TURN;
      long ends = Arrays.stream(ids).filter(id -> id == TinyTokenizer.IM_END).count();
      assertThat(ends).isEqualTo(ended ? 1 : 0);
      if (ended) {
        assertThat(ids[ids.length - 1]).isEqualTo(TinyTokenizer.IM_END);
        assertThat(completion.truncated()).isFalse();
      } else {
        assertThat(ids).hasSize(LENGTH);
        assertThat(completion.truncated()).isTrue();
      }
      assertThat(completion.text()).doesNotContain("<|im_end|>");
      assertThat(completion.version().step()).isEqualTo(7);
    }
  }

  @Test
  void aStopStringEndsACompletionAsSoonAsItIsThere() {
    List<Completion> free = completions(sampling(List.of()), 8, 16);
    int withWideCharacter = 0;
    for (int i = 0; i < free.size(); i++) {
      String stop = stopWithWideCharacter(free.get(i).text());
      if (!stop.isEmpty()) {
        withWideCharacter++;
        Completion stopped = completions(sampling(List.of(stop, "never")), 8, 16).get(i);
        int length = stopped.tokenIdsT().length;
        assertThat(stopped.stopReason()).isEqualTo(StopReason.STOP_STRING);
        assertThat(stopped.tokenIdsT()).isEqualTo(Arrays.copyOf(free.get(i).tokenIdsT(), length));
        assertThat(stopped.text()).contains(stop);
        assertThat(model.tokenizer().decode(Arrays.copyOf(stopped.tokenIdsT(), length - 1)))
            .doesNotContain(stop);
      }
    }
    assertThat(withWideCharacter).isGreaterThan(3);
  }

  /** A character of several bytes with the one before it, or nothing. */
  private static String stopWithWideCharacter(String text) {
    for (int i = 1; i < text.length(); i++) {
      boolean wide = text.charAt(i) >= 0x80 && !Character.isSurrogate(text.charAt(i));
      if (wide && text.charAt(i) != '\uFFFD' && text.charAt(i - 1) < 0x80) {
        return text.substring(i - 1, i + 1);
      }
    }
    return "";
  }

  @Test
  void promptAndCompletionEndAtTheContext() {
    SampleRequest request =
        new SampleRequest(TinyModel.prompt("long", TinyModel.CONTEXT - 3), 8, new Seed(1));
    for (Completion completion :
        sampler.sample(List.of(request), sampling(List.of())).getFirst().completionsG()) {
      assertThat(completion.tokenIdsT()).hasSizeLessThanOrEqualTo(3);
    }
    SampleRequest over =
        new SampleRequest(TinyModel.prompt("over", TinyModel.CONTEXT), 1, new Seed(1));
    assertThatThrownBy(() -> sampler.sample(List.of(request, over), sampling(List.of())))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("Prompt over has 128 tokens")
        .hasMessageContaining("reads at most 127");
  }

  @Test
  void damagedWeightsAreAnErrorAndNotAnAnswer() {
    model.model().weights().flat().fill_(new org.bytedeco.pytorch.Scalar(Double.NaN));
    TorchSampler damaged = model.sampler("tiny", () -> 0);
    assertThatThrownBy(() -> damaged.sample(List.of(request(1, 2)), sampling(List.of())))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("tiny")
        .hasMessageContaining("not numbers");
  }
}
