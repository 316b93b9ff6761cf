package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import toolr0.policy.FrozenPolicy;
import toolr0.policy.Learner;
import toolr0.policy.LearnerSpec;
import toolr0.policy.LoraSpec;
import toolr0.policy.PolicyStore;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.model.Adapters;
import toolr0.torch.model.Precision;
import toolr0.torch.tensor.TensorScope;

/** Opens Hugging Face checkpoints on libtorch. */
public final class TorchPolicyStore implements PolicyStore {
  private final Precision precision;
  private final Bases bases;

  public TorchPolicyStore(Precision precision) {
    this.precision = precision;
    this.bases = new Bases(precision);
  }

  @Override
  public FrozenPolicy open(Path checkpointDirectory, String name) {
    return new TorchFrozenPolicy(bases.open(checkpointDirectory), name);
  }

  @Override
  public Learner learn(
      Path checkpointDirectory,
      String name,
      LearnerSpec spec,
      boolean resumeOptimizer,
      Optional<FrozenPolicy> reference) {
    LoadedModel loaded = trainable(checkpointDirectory, spec);
    AdamW adamW = new AdamW(loaded.model().trainable(), spec.optimizer());
    if (resumeOptimizer) {
      try {
        adamW.load(checkpointDirectory);
      } catch (RuntimeException e) {
        adamW.close();
        loaded.close();
        throw e;
      }
    }
    return new TorchLearner(loaded, name, adamW, spec.passes(), spec.seed(), reference);
  }

  /** Frozen models that are in memory. */
  int basesInMemory() {
    return bases.count();
  }

  private LoadedModel trainable(Path folder, LearnerSpec spec) {
    LoraSpec lora = spec.lora();
    if (AdapterFolder.is(folder)) {
      try (AdapterFolder adapters = AdapterFolder.open(folder)) {
        requireSame(adapters, lora);
        return bases.open(adapters, true);
      }
    }
    return lora.enabled()
        ? bases.open(
            folder, base -> Adapters.fresh(base.model().config(), lora, spec.seed().derive("lora")))
        : LoadedModel.open(folder, true, precision);
  }

  private static void requireSame(AdapterFolder adapters, LoraSpec wanted) {
    LoraSpec found = adapters.spec();
    if (!wanted.enabled()) {
      throw new CheckpointException(
          "%s holds adapters, but lora_r is 0, which trains all weights: set lora_r to %d, or start from a whole checkpoint"
              .formatted(adapters.path(), found.r()));
    }
    if (found.r() != wanted.r()
        || found.alpha() != wanted.alpha()
        || !found.targetModules().equals(wanted.targetModules())) {
      throw new CheckpointException(
          "%s holds adapters with lora_r %d, lora_alpha %s, lora_target_modules %s, but the configuration asks for %d, %s, %s: make them the same"
              .formatted(
                  adapters.path(),
                  found.r(),
                  found.alpha(),
                  found.targetModules(),
                  wanted.r(),
                  wanted.alpha(),
                  wanted.targetModules()));
    }
  }

  @Override
  public SortedMap<String, Double> gauges() {
    return new TreeMap<>(Map.of("native/live_tensors", (double) TensorScope.live()));
  }
}
