package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import toolr0.policy.LoraSpec;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.model.Adapters;
import toolr0.torch.model.Compute;

/**
 * The frozen models that policies stand on: each is in memory once, however many policies use it,
 * and as long as one does.
 */
final class Bases {
  private final Compute compute;
  private final List<Path> models;
  private final Map<Path, Base> open = new HashMap<>();

  /** A model and the number of its users. */
  private static final class Base {
    final LoadedModel model;
    int users;

    Base(LoadedModel model) {
      this.model = model;
    }
  }

  /**
   * None yet.
   *
   * @param models folders of models that adapters may be made for, where the one that they name has
   *     moved
   */
  Bases(Compute compute, List<Path> models) {
    this.compute = compute;
    this.models = List.copyOf(models);
  }

  /** Opens the files of adapters. */
  AdapterFolder adapters(Path folder) {
    return AdapterFolder.open(folder, models);
  }

  /** A frozen checkpoint, adapters included where it consists of them. */
  LoadedModel open(Path folder) {
    if (!AdapterFolder.is(folder)) {
      Path path = key(folder);
      return acquire(path).view(() -> release(path));
    }
    try (AdapterFolder adapters = adapters(folder)) {
      return over(
          adapters.base(), base -> LoadedModel.load(adapters, adapters.spec(), base, false));
    }
  }

  /**
   * Adapters of a folder over their base, to be trained.
   *
   * @param lora what they are, and how much of their inputs is left out
   * @throws CheckpointException when they do not fit it
   */
  LoadedModel trainable(AdapterFolder folder, LoraSpec lora) {
    return over(folder.base(), base -> LoadedModel.load(folder, lora, base, true));
  }

  /** What makes adapters for a model. */
  interface Maker {
    Adapters over(LoadedModel base);
  }

  /** Adapters over a model. */
  LoadedModel over(Path folder, Maker maker) {
    Path path = key(folder);
    LoadedModel base = acquire(path);
    try {
      return base.view(maker.over(base), () -> release(path));
    } catch (RuntimeException | Error e) {
      release(path);
      throw e;
    }
  }

  /** How many are in memory. */
  int count() {
    return open.size();
  }

  private static Path key(Path folder) {
    return folder.toAbsolutePath().normalize();
  }

  private LoadedModel acquire(Path path) {
    Base base = open.get(path);
    if (base == null) {
      base = new Base(LoadedModel.open(path, false, compute));
      open.put(path, base);
    }
    base.users++;
    return base.model;
  }

  private void release(Path path) {
    Base base = open.get(path);
    if (base != null && --base.users == 0) {
      open.remove(path);
      base.model.close();
    }
  }
}
