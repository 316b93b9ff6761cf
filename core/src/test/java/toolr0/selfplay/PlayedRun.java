package toolr0.selfplay;

import java.nio.file.Path;
import toolr0.run.RunDirectory;
import toolr0.testsupport.ToyStore;

/** A finished toy run for tests of other packages. */
public final class PlayedRun {
  private PlayedRun() {}

  /** Plays a run below a folder and gives its directory. */
  public static Path in(Path folder) {
    Path base = folder.resolve("base");
    ToyStore.writeBase(base);
    Path root = folder.resolve("run");
    try (RunDirectory run = ToyRun.create(root, base)) {
      ToyRun.play(run, base);
    }
    return root;
  }
}
