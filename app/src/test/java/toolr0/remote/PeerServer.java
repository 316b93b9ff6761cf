package toolr0.remote;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
 * A server of another project in a process of its own: npm's {@code inference-server}, which offers
 * OpenAI's chat completions over llama.cpp ({@code node-llama-cpp}). It is installed once into the
 * user's cache folder; no package runs a script of its own while it is.
 */
final class PeerServer implements AutoCloseable {
  private static final List<String> PACKAGES =
      List.of(
          "inference-server@1.0.0-beta.32",
          "node-llama-cpp@3.21.1",
          "@node-llama-cpp/linux-x64@3.21.1",
          "@img/sharp-linux-x64@0.33.5",
          "@img/sharp-libvips-linux-x64@1.0.4");
  private static final String FOLDER = "inference-server-1.0.0-beta.32-node-llama-cpp-3.21.1";
  private static final String SCRIPT = "serve.mjs";
  private static final long INSTALL_SECONDS = 180;

  private final Process process;
  private final int port;

  private PeerServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Where the packages are, installed when they were not; empty when they cannot be had, which is
   * told.
   */
  static Optional<Path> installed() throws IOException, InterruptedException {
    Path cache =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("toolr0");
    Path folder = cache.resolve(FOLDER);
    if (Files.isDirectory(folder)) {
      return Optional.of(folder);
    }
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
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
        : Optional.of("npm failed: " + Excerpt.of(Files.readString(log)));
  }

  private static Optional<Path> missing(String problem) {
    System.out.println(
        "not checked against a server of another project: "
            + problem
            + " (wanted: node, and from npm "
            + String.join(", ", PACKAGES)
            + ")");
    return Optional.empty();
  }

  /**
   * Starts a server.
   *
   * @param packages where they are installed
   * @param model the name under which the file is served
   * @param log where its error output goes
   */
  static PeerServer start(Path packages, String model, Path gguf, int context, Path log)
      throws IOException {
    Path script = packages.resolve(SCRIPT);
    try (InputStream source = PeerServer.class.getResourceAsStream(SCRIPT)) {
      if (source == null) {
        throw new IllegalStateException("there is no resource " + SCRIPT);
      }
      Files.write(script, source.readAllBytes());
    }
    Process process =
        new ProcessBuilder(
                "node", script.toString(), model, gguf.toString(), Integer.toString(context))
            .directory(packages.toFile())
            .redirectError(log.toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("PORT ")) {
        Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {}));
        return new PeerServer(process, Integer.parseInt(line.substring("PORT ".length())));
      }
    }
    throw new IllegalStateException(
        "the server of another project does not start: " + Excerpt.of(Files.readString(log)));
  }

  /** The address, with the version. */
  String address() {
    return "http://127.0.0.1:" + port + "/openai/v1";
  }

  /** Ends the process at once, as a crash would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
