package toolr0.cli;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** A folder that a command will write to. */
final class OutputFolder {
  private OutputFolder() {}

  /**
   * Refuses a folder that cannot be written to, before there is anything to write. What is made to
   * find out is removed again.
   *
   * @param option that names the folder
   * @throws CliException when it is a file, or neither it nor a file in it can be made
   */
  static void require(String option, Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new CliException(
          ExitCode.USAGE,
          option + " " + folder + " is a file; name a folder, which may be a new one");
    }
    Deque<Path> made = new ArrayDeque<>();
    for (Path path = folder.toAbsolutePath().normalize();
        path != null && !Files.exists(path);
        path = path.getParent()) {
      made.addLast(path);
    }
    try {
      try {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, ".toolr0", ".tmp"));
      } finally {
        for (Path path : made) {
          deleteIfEmpty(path);
        }
      }
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE,
          "%s %s cannot be written to (%s: %s); name another folder"
              .formatted(option, folder, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  private static void deleteIfEmpty(Path path) throws IOException {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      // Another process has begun to use the folder meanwhile.
      return;
    }
  }
}
