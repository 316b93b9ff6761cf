package toolr0.torch.policy;

import java.util.List;
import toolr0.policy.Completion;
import toolr0.policy.LossSpec;
import toolr0.policy.TrainingGroup;

/** What one token's loss counts in the average that {@link LossSpec.LossType} asks for. */
record TokenWeights(LossSpec loss, long completions, long tokens) {

  static TokenWeights of(List<TrainingGroup> batch, LossSpec loss) {
    long completions = 0;
    long tokens = 0;
    for (TrainingGroup group : batch) {
      for (Completion completion : group.group().completionsG()) {
        completions++;
        boolean masked = loss.maskTruncatedCompletions() && completion.truncated();
        tokens += masked ? 0 : completion.tokenIdsT().length;
      }
    }
    return new TokenWeights(loss, Math.max(1, completions), Math.max(1, tokens));
  }

  /** The weight of each token of a completion. */
  double of(Completion completion) {
    return switch (loss.lossType()) {
      case GRPO -> 1.0 / (completions * (double) completion.tokenIdsT().length);
      case DR_GRPO -> 1.0 / (completions * (double) loss.maxCompletionLength());
      case DAPO -> 1.0 / tokens;
    };
  }
}
