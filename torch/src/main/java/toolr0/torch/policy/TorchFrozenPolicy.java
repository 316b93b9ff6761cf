package toolr0.torch.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toolr0.chat.ChatRenderer;
import toolr0.policy.Completion;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Group;
import toolr0.policy.PassSpec;
import toolr0.policy.SampleRequest;
import toolr0.policy.SamplingParams;
import toolr0.torch.model.PackedBatch;

/** A checkpoint opened without gradients. */
final class TorchFrozenPolicy implements FrozenPolicy {
  /** Scoring reads a group at a time, however long. */
  private static final PassSpec PASSES = PassSpec.ofTokens(Integer.MAX_VALUE);

  private final LoadedModel loaded;
  private final TorchSampler sampler;

  TorchFrozenPolicy(LoadedModel loaded, String name) {
    this.loaded = loaded;
    this.sampler = loaded.sampler(name, () -> 0);
  }

  @Override
  public List<Group> sample(List<SampleRequest> requests, SamplingParams params) {
    return sampler.sample(requests, params);
  }

  @Override
  public List<float[]> logProbsGT(Group group, double temperature) {
    return logProbsGT(loaded, group, temperature);
  }

  /** A group's log-probabilities under any model. */
  static List<float[]> logProbsGT(LoadedModel loaded, Group group, double temperature) {
    List<int[]> completions = group.completionsG().stream().map(Completion::tokenIdsT).toList();
    PackedBatch batch =
        PackedBatch.of(List.of(new PackedBatch.Entry(group.prompt().tokenIds(), completions)));
    float[] packed = LmHead.logProbs(loaded.model(), batch, temperature, PASSES);
    List<float[]> result = new ArrayList<>();
    int from = 0;
    for (int[] completion : completions) {
      result.add(Arrays.copyOfRange(packed, from, from + completion.length));
      from += completion.length;
    }
    return result;
  }

  @Override
  public ChatRenderer renderer() {
    return loaded.renderer();
  }

  @Override
  public int contextLength() {
    return loaded.contextLength();
  }

  @Override
  public double repetitionPenalty() {
    return loaded.model().config().repetitionPenalty();
  }

  @Override
  public void close() {
    loaded.close();
  }
}
