package toolr0.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import toolr0.peer.NodePackages;
import toolr0.peer.PeerProcess;

/**
 * A server of another project in a process of its own: npm's {@code inference-server}, which offers
 * OpenAI's chat completions over llama.cpp. It ends with this one, however this one ends.
 */
final class PeerServer implements AutoCloseable {
  private static final String SCRIPT = "serve.mjs";
  private static final Duration LONGEST_START = Duration.ofMinutes(2);

  private final Process process;
  private final int port;

  private PeerServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server.
   *
   * @param packages as {@link NodePackages#installed} tells
   * @param model the name under which the file is served
   * @param log where its error output goes
   */
  static PeerServer start(Path packages, String model, Path gguf, int context, Path log)
      throws IOException, InterruptedException {
    Path script = NodePackages.script(packages, PeerServer.class, SCRIPT);
    Process process =
        new ProcessBuilder(
                "node", script.toString(), model, gguf.toString(), Integer.toString(context))
            .directory(packages.toFile())
            .redirectError(log.toFile())
            .start();
    boolean started = false;
    try {
      Optional<String> port = PeerProcess.line(process, "PORT ", LONGEST_START);
      if (port.isEmpty()) {
        throw new IllegalStateException(
            "the server of another project does not start: " + Excerpt.of(Files.readString(log)));
      }
      PeerServer server = new PeerServer(process, Integer.parseInt(port.get()));
      started = true;
      return server;
    } finally {
      if (!started) {
        PeerProcess.end(process);
      }
    }
  }

  /** The address, with the version. */
  String address() {
    return "http://127.0.0.1:" + port + "/openai/v1";
  }

  /** Ends the process at once, as a crash would. */
  void kill() throws InterruptedException {
    PeerProcess.end(process);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
