package toolr0.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import toolr0.base.FileTrees;

/**
 * llama.cpp from npm: {@code node-llama-cpp}, and {@code inference-server}, which offers OpenAI's
 * chat completions over it. They are installed once into the user's cache folder; no package runs a
 * script of its own while they are.
 */
public final class NodePackages {
  private static final List<String> PACKAGES =
      List.of(
          "inference-server@1.0.0-beta.32",
          "node-llama-cpp@3.21.1",
          "@node-llama-cpp/linux-x64@3.21.1",
          "@img/sharp-linux-x64@0.33.5",
          "@img/sharp-libvips-linux-x64@1.0.4");
  private static final String FOLDER = "inference-server-1.0.0-beta.32-node-llama-cpp-3.21.1";
  private static final long INSTALL_SECONDS = 180;

  private static boolean sought;
  private static Optional<Path> found = Optional.empty();

  private NodePackages() {}

  /**
   * Where the packages are, installed when they were not; empty when they cannot be had, which is
   * told once.
   */
  public static synchronized Optional<Path> installed() throws IOException, InterruptedException {
    if (!sought) {
      found = find();
      sought = true;
    }
    return found;
  }

  private static Optional<Path> find() throws IOException, InterruptedException {
    Path cache =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("toolr0");
    Path folder = cache.resolve(FOLDER);
    if (Files.isDirectory(folder)) {
      return Optional.of(folder);
    }
    if (!System.getProperty("os.name", "").equals("Linux")
        || !System.getProperty("os.arch", "").equals("amd64")) {
      return missing("the packages are chosen for Linux on x86_64");
    }
    Files.createDirectories(cache);
    Path fresh = Files.createTempDirectory(cache, FOLDER + "-");
    Files.writeString(fresh.resolve("package.json"), "{\"private\": true}");
    Optional<String> problem = install(fresh);
    if (problem.isPresent()) {
      FileTrees.delete(fresh);
      return missing(problem.get());
    }
    try {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      FileTrees.delete(fresh);
    }
    return Optional.of(folder);
  }

  private static Optional<String> install(Path folder) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"));
    command.addAll(
        List.of("--omit=peer", "--omit=optional", "--legacy-peer-deps", "--loglevel=error"));
    command.addAll(List.of("--fetch-retries=1", "--fetch-retry-maxtimeout=20000"));
    command.addAll(PACKAGES);
    Path log = folder.resolve("npm.log");
    Process npm;
    try {
      npm =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      return Optional.of("npm does not start: " + e.getMessage());
    }
    if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
      npm.destroyForcibly().waitFor();
      return Optional.of("npm did not end within " + INSTALL_SECONDS + " s");
    }
    return npm.exitValue() == 0
        ? Optional.empty()
        : Optional.of("npm failed: " + Files.readString(log).strip());
  }

  private static Optional<Path> missing(String problem) {
    System.out.println(
        "not checked against llama.cpp: "
            + problem
            + " (wanted: node, and from npm "
            + String.join(", ", PACKAGES)
            + ")");
    return Optional.empty();
  }

  /** Puts a script, a resource beside a class, where it finds the packages. */
  public static Path script(Path packages, Class<?> owner, String name) throws IOException {
    Path script = packages.resolve(name);
    Path fresh = Files.createTempFile(packages, name, ".tmp");
    try (InputStream source = owner.getResourceAsStream(name)) {
      if (source == null) {
        throw new IllegalStateException("there is no resource " + name);
      }
      Files.write(fresh, source.readAllBytes());
    }
    return Files.move(fresh, script, StandardCopyOption.ATOMIC_MOVE);
  }
}
