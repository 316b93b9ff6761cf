package toolr0.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import toolr0.base.FileTrees;
import toolr0.base.Text;

/**
 * llama.cpp from npm: {@code node-llama-cpp}, and {@code inference-server}, which offers OpenAI's
 * chat completions over it. They are installed once into the user's cache folder, by one process at
 * a time; no package runs a script of its own while they are.
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
  private static final int SHOWN_LENGTH = 200;

  private static Optional<Path> found = Optional.empty();
  private static String problem = "";

  private NodePackages() {}

  /**
   * Where the packages are, installed when they were not; empty when they cannot be had. Then it is
   * told that nothing is checked, as often as somebody asks.
   *
   * @param what would be checked, for people
   */
  public static synchronized Optional<Path> installed(String what)
      throws IOException, InterruptedException {
    if (found.isEmpty() && problem.isEmpty()) {
      find();
    }
    if (found.isEmpty()) {
      System.out.printf(
          "llama.cpp %s: nothing checked: %s (wanted: node, and from npm %s)%n",
          what, problem, String.join(", ", PACKAGES));
    }
    return found;
  }

  private static void find() throws IOException, InterruptedException {
    Path cache =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("toolr0");
    Path folder = cache.resolve(FOLDER);
    if (!System.getProperty("os.name", "").equals("Linux")
        || !System.getProperty("os.arch", "").equals("amd64")) {
      problem = "the packages are chosen for Linux on x86_64";
      return;
    }
    Files.createDirectories(cache);
    try (FileChannel file =
            FileChannel.open(
                cache.resolve(FOLDER + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      if (!Files.isDirectory(folder)) {
        problem = installInto(folder).orElse("");
      }
    }
    if (problem.isEmpty()) {
      found = Optional.of(folder);
    }
  }

  /** Installs the packages; why that failed, empty when it did not. */
  private static Optional<String> installInto(Path folder)
      throws IOException, InterruptedException {
    Path fresh = folder.resolveSibling(FOLDER + ".partial");
    if (Files.exists(fresh)) {
      FileTrees.delete(fresh);
    }
    Files.createDirectory(fresh);
    Files.writeString(fresh.resolve("package.json"), "{\"private\": true}");
    Optional<String> failure = install(fresh);
    if (failure.isPresent()) {
      FileTrees.delete(fresh);
    } else {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    }
    return failure;
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
    try {
      if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
        return Optional.of("npm did not end within " + INSTALL_SECONDS + " s");
      }
    } finally {
      PeerProcess.end(npm);
    }
    return npm.exitValue() == 0
        ? Optional.empty()
        : Optional.of(
            "npm failed: " + Text.shorten(Text.collapse(Files.readString(log)), SHOWN_LENGTH));
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
