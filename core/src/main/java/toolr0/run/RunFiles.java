package toolr0.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import toolr0.base.FileTrees;

/** Deleting and listing files of a run. */
final class RunFiles {
  private RunFiles() {}

  static void deleteTree(Path path) {
    try {
      FileTrees.delete(path);
    } catch (IOException e) {
      throw new RunException(
          RunException.Kind.ENVIRONMENT, "Cannot delete " + path + ": " + e.getMessage(), e);
    }
  }

  /** The entries of a folder, sorted; none when it does not exist. */
  static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new RunException(
          RunException.Kind.ENVIRONMENT, "Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /** All regular files below a folder, sorted. */
  static List<Path> files(Path folder) {
    try (Stream<Path> entries = Files.walk(folder)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new RunException(
          RunException.Kind.ENVIRONMENT, "Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }
}
