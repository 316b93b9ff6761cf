package toolr0.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The program's own folder, where the launcher, {@code configs} and {@code models} lie. */
final class Home {
  private Home() {}

  /** As the launcher says; the working directory otherwise. */
  static Path root() {
    return Path.of(System.getProperty("toolr0.root", "")).toAbsolutePath().normalize();
  }

  /**
   * A path as the user means it: below the working directory if it is there, else below {@link
   * #root}.
   */
  static Path find(String path) {
    Path given = Path.of(path);
    Path own = root().resolve(path);
    return !Files.exists(given) && Files.exists(own) ? shorten(own) : given;
  }

  /** The path relative to the working directory where that is shorter to read. */
  static Path shorten(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) && !absolute.equals(here)
        ? here.relativize(absolute)
        : absolute;
  }
}
