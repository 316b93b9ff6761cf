package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.List;
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
import toolr0.torch.model.Compute;
import toolr0.torch.model.Precision;
import toolr0.torch.system.DeviceMemory;
import toolr0.torch.tensor.TensorScope;

/** Opens Hugging Face checkpoints on libtorch. */
public final class TorchPolicyStore implements PolicyStore {
  private final Compute compute;
  private final Bases bases;

  /** A store of models in the machine's memory. */
  public TorchPolicyStore(Precision precision) {
    this(Compute.onCpu(precision), List.of());
  }

  /**
   * A store.
   *
   * @param models folders of models that adapters may be made for, where the one that they name has
   *     moved
   */
  public TorchPolicyStore(Compute compute, List<Path> models) {
    this.compute = compute;
    this.bases = new Bases(compute, models);
  }

  @Override
  public FrozenPolicy open(Path checkpointDirectory, String name) {
    LoadedModel loaded = bases.open(checkpointDirectory);
    try {
      return new TorchFrozenPolicy(loaded, name);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  @Override
  public Learner learn(
      Path checkpointDirectory,
      String name,
      LearnerSpec spec,
      boolean resumeOptimizer,
      Optional<FrozenPolicy> reference) {
    LoadedModel loaded = trainable(checkpointDirectory, spec);
    try {
      return learner(loaded, checkpointDirectory, name, spec, resumeOptimizer, reference);
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  private static Learner learner(
      LoadedModel loaded,
      Path folder,
      String name,
      LearnerSpec spec,
      boolean resumeOptimizer,
      Optional<FrozenPolicy> reference) {
    AdamW adamW = new AdamW(loaded.model().trainable(), spec.optimizer());
    try {
      if (resumeOptimizer) {
        adamW.load(folder);
      }
      return new TorchLearner(loaded, name, adamW, spec.passes(), spec.seed(), reference);
    } catch (RuntimeException | Error e) {
      adamW.close();
      throw e;
    }
  }

  /** Frozen models that are in memory. */
  int basesInMemory() {
    return bases.count();
  }

  private LoadedModel trainable(Path folder, LearnerSpec spec) {
    LoraSpec lora = spec.lora();
    if (AdapterFolder.is(folder)) {
      try (AdapterFolder adapters = bases.adapters(folder)) {
        Optional<String> conflict = adapters.conflict(lora);
        if (conflict.isPresent()) {
          throw new CheckpointException(conflict.get());
        }
        return bases.trainable(adapters, lora);
      }
    }
    return lora.enabled()
        ? bases.over(
            folder,
            base ->
                Adapters.fresh(
                    base.model().config(), compute.device(), lora, spec.seed().derive("lora")))
        : LoadedModel.open(folder, true, compute);
  }

  @Override
  public SortedMap<String, Double> gauges() {
    SortedMap<String, Double> gauges = new TreeMap<>(DeviceMemory.gauges(compute.device()));
    gauges.put("native/live_tensors", (double) TensorScope.live());
    return gauges;
  }
}
