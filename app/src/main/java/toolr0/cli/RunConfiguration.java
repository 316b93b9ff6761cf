package toolr0.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import toolr0.base.Json;
import toolr0.base.JsonSyntaxException;
import toolr0.run.RunDirectory;
import toolr0.selfplay.ConfigJson;
import toolr0.selfplay.SelfPlayConfig;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** The configuration that a run was started with. */
final class RunConfiguration {
  private RunConfiguration() {}

  /**
   * The configuration in the manifest of a run.
   *
   * @throws toolr0.run.RunException when the folder holds no run or its manifest is damaged
   * @throws CliException when the manifest is another version's
   */
  static SelfPlayConfig of(Path directory) {
    ObjectNode json = RunDirectory.readManifest(directory).configuration();
    try {
      return ConfigJson.fromJson(json);
    } catch (JacksonException e) {
      throw new CliException(
          ExitCode.INPUT,
          directory.resolve(RunDirectory.MANIFEST)
              + ": its configuration is not one of this version ("
              + Json.problem(e)
              + "); use the version that started the run",
          e);
    }
  }

  /**
   * The nearest folder above a file that holds a run's manifest; files of that name that belong to
   * something else are passed over.
   */
  static Optional<Path> directoryAbove(Path file) {
    for (Path folder = file.toAbsolutePath().normalize().getParent();
        folder != null;
        folder = folder.getParent()) {
      if (isManifest(folder.resolve(RunDirectory.MANIFEST))) {
        return Optional.of(Home.shorten(folder));
      }
    }
    return Optional.empty();
  }

  private static boolean isManifest(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      return Json.parse(Files.readString(file)).has("configuration");
    } catch (IOException | JsonSyntaxException e) {
      return false;
    }
  }
}
