package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Learner;
import toolr0.policy.OptimizerSpec;
import toolr0.policy.PolicyStore;
import toolr0.torch.model.Precision;
import toolr0.torch.tensor.TensorScope;

/** Opens Hugging Face checkpoints on libtorch. */
public final class TorchPolicyStore implements PolicyStore {
  private final Precision precision;

  public TorchPolicyStore(Precision precision) {
    this.precision = precision;
  }

  @Override
  public FrozenPolicy open(Path checkpointDirectory, String name) {
    return new TorchFrozenPolicy(LoadedModel.open(checkpointDirectory, false, precision), name);
  }

  @Override
  public Learner learn(
      Path checkpointDirectory,
      String name,
      OptimizerSpec optimizer,
      boolean resumeOptimizer,
      Optional<FrozenPolicy> reference) {
    LoadedModel loaded = LoadedModel.open(checkpointDirectory, true, precision);
    AdamW adamW = new AdamW(loaded.model().weights(), optimizer);
    if (resumeOptimizer) {
      adamW.load(checkpointDirectory);
    }
    return new TorchLearner(loaded, name, adamW, optimizer, reference);
  }

  @Override
  public SortedMap<String, Double> gauges() {
    return new TreeMap<>(Map.of("native/live_tensors", (double) TensorScope.live()));
  }
}
