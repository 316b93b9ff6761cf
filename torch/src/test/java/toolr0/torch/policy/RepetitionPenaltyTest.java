package toolr0.torch.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toolr0.base.Seed;
import toolr0.chat.Chat;
import toolr0.chat.Message;
import toolr0.chat.Reply;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.Prompt;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.torch.checkpoint.ModelConfig;
import toolr0.torch.checkpoint.SmallConfigs;
import toolr0.torch.model.PackedBatch;
import toolr0.torch.model.PerturbedWeights;
import toolr0.torch.model.Precision;
import toolr0.torch.tensor.TensorScope;
import toolr0.torch.tensor.Tensors;
import toolr0.torch.text.TinyTokenizer;

class RepetitionPenaltyTest {
  private static final int LENGTH = 30;

  /** Untied: a small tied model says its input again, whatever the penalty. */
  private static final ModelConfig CONFIG =
      SmallConfigs.all().filter(c -> !c.tieWordEmbeddings()).findFirst().orElseThrow();

  @TempDir private Path folder;
  private LoadedModel model;
  private TorchSampler sampler;

  @BeforeEach
  void open() throws IOException {
    TinyTokenizer.write(folder);
    model = new LoadedModel(folder, PerturbedWeights.of(CONFIG, 1), Precision.FP32);
    sampler = model.sampler("small", () -> 0);
  }

  @AfterEach
  void close() {
    model.close();
  }

  private List<Group> greedy(double penalty) {
    List<SampleRequest> requests =
        IntStream.range(0, 6)
            .mapToObj(p -> TinyModel.prompt("p" + p, 3 + 5 * p))
            .map(prompt -> new SampleRequest(prompt, 1, new Seed(1)))
            .toList();
    return sampler.sample(requests, SamplingParams.greedy(LENGTH).withRepetitionPenalty(penalty));
  }

  private float[] scoresAfter(int[] ids) {
    try (NoGradGuard noGrad = new NoGradGuard();
        TensorScope scope = TensorScope.open()) {
      Tensor hidden =
          model.model().forward(PackedBatch.of(List.of(new PackedBatch.Entry(ids, List.of()))));
      return Tensors.toFloats(model.model().logits(hidden.narrow(0, ids.length - 1, 1)));
    }
  }

  @Test
  void thePenaltyCountsEveryIdOfPromptAndCompletionOnce() {
    List<Group> penalised = greedy(1.3);
    List<Group> plain = greedy(1);
    int changed = 0;
    for (int p = 0; p < penalised.size(); p++) {
      int[] prompt = penalised.get(p).prompt().tokenIds();
      int[] ids = penalised.get(p).completionsG().getFirst().tokenIdsT();
      int[] text = Arrays.copyOf(prompt, prompt.length + ids.length);
      System.arraycopy(ids, 0, text, prompt.length, ids.length);
      for (int t = 0; t < ids.length; t++) {
        float[] scores = scoresAfter(Arrays.copyOf(text, prompt.length + t));
        Arrays.stream(text, 0, prompt.length + t)
            .distinct()
            .forEach(id -> scores[id] = scores[id] < 0 ? scores[id] * 1.3f : scores[id] / 1.3f);
        float largest = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
          largest = Math.max(largest, score);
        }
        assertThat(scores[ids[t]]).isCloseTo(largest, within(2e-5f));
      }
      changed += Arrays.equals(ids, plain.get(p).completionsG().getFirst().tokenIdsT()) ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(2);
  }

  @Test
  void logProbabilitiesAreThoseOfTheModelWithoutThePenalty() {
    for (Group group : greedy(1.3)) {
      assertThat(group.completionsG().getFirst().logProbsT())
          .containsExactly(TorchFrozenPolicy.logProbsGT(model, group, 1).getFirst(), within(1e-4f));
    }
  }

  @Test
  void anAnswerIsGreedyWithTheCheckpointsPenaltyAndSamplingHasNone() throws IOException {
    Path saved = folder.resolve("saved");
    model.save(saved, extras -> {});
    List<Chat> chats =
        IntStream.range(0, 4)
            .mapToObj(i -> new Chat("c" + i, List.of(Message.user("hello " + i))))
            .toList();
    List<Reply> plain = answers(saved, chats);
    List<List<Integer>> drawn = drawn(saved);
    Files.writeString(
        saved.resolve("generation_config.json"),
        "{\"eos_token_id\": [258, 256], \"repetition_penalty\": 1.4}");
    List<Reply> penalised = answers(saved, chats);
    assertThat(penalised).isNotEqualTo(plain);
    for (int i = 0; i < chats.size(); i++) {
      int[] ids = model.renderer().render(chats.get(i).messages(), true);
      Prompt prompt = new Prompt("c" + i, chats.get(i).messages(), ids);
      SamplingParams params = SamplingParams.greedy(LENGTH).withRepetitionPenalty(1.4);
      Completion expected =
          sampler
              .sample(List.of(new SampleRequest(prompt, 1, new Seed(0))), params)
              .getFirst()
              .completionsG()
              .getFirst();
      assertThat(penalised.get(i))
          .isEqualTo(
              new Reply.Answered(expected.text(), OptionalInt.of(expected.tokenIdsT().length)));
    }
    assertThat(drawn(saved)).isEqualTo(drawn);
  }

  private static List<Reply> answers(Path checkpoint, List<Chat> chats) {
    try (FrozenPolicy policy = new TorchPolicyStore(Precision.FP32).open(checkpoint, "saved")) {
      return policy.answer(chats, LENGTH);
    }
  }

  private static List<List<Integer>> drawn(Path checkpoint) {
    try (FrozenPolicy policy = new TorchPolicyStore(Precision.FP32).open(checkpoint, "saved")) {
      SampleRequest request = new SampleRequest(TinyModel.prompt("p", 9), 4, new Seed(3));
      return policy
          .sample(List.of(request), SamplingParams.at(1, LENGTH))
          .getFirst()
          .completionsG()
          .stream()
          .map(c -> Arrays.stream(c.tokenIdsT()).boxed().toList())
          .toList();
    }
  }
}
