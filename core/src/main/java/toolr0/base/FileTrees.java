package toolr0.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them. */
public final class FileTrees {
  private FileTrees() {}

  /** Deletes a file, or a folder and everything below it; links are not followed. */
  public static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> inwards;
    try (Stream<Path> tree = Files.walk(path)) {
      inwards = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path entry : inwards) {
      Files.deleteIfExists(entry);
    }
  }
}
