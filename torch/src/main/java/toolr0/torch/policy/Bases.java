package toolr0.torch.policy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import toolr0.torch.checkpoint.AdapterFolder;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.model.Adapters;
import toolr0.torch.model.Precision;

/**
 * The frozen models that policies stand on: each is in memory once, however many policies use it,
 * and as long as one does.
 */
final class Bases {
  private final Precision precision;
  private final Map<Path, Base> open = new HashMap<>();

  /** A model and the number of its users. */
  private static final class Base {
    final LoadedModel model;
    int users;

    Base(LoadedModel model) {
      this.model = model;
    }
  }

  Bases(Precision precision) {
    this.precision = precision;
  }

  /** A frozen checkpoint, adapters included where it consists of them. */
  LoadedModel open(Path folder) {
    if (!AdapterFolder.is(folder)) {
      Path path = key(folder);
      return acquire(path).view(() -> release(path));
    }
    try (AdapterFolder adapters = AdapterFolder.open(folder)) {
      return open(adapters, false);
    }
  }

  /**
   * Adapters of a folder over their base.
   *
   * @throws CheckpointException when they do not fit it
   */
  LoadedModel open(AdapterFolder folder, boolean trainable) {
    Path path = key(folder.base());
    LoadedModel base = acquire(path);
    try {
      folder.requireFits(base.model().config(), path, base.fingerprint());
      Adapters adapters = LoadedModel.load(folder, base.model().config(), trainable);
      return base.view(adapters, () -> release(path));
    } catch (RuntimeException e) {
      release(path);
      throw e;
    }
  }

  /** What makes adapters for a model. */
  interface Maker {
    Adapters over(LoadedModel base);
  }

  /** Fresh adapters over a model. */
  LoadedModel open(Path folder, Maker fresh) {
    Path path = key(folder);
    LoadedModel base = acquire(path);
    return base.view(fresh.over(base), () -> release(path));
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
      base = new Base(LoadedModel.open(path, false, precision));
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
