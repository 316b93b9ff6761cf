package toolr0.remote;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import toolr0.peer.NodePackages;

/**
 * A server of another project in a process of its own: npm's {@code inference-server}, which offers
 * OpenAI's chat completions over llama.cpp.
 */
final class PeerServer implements AutoCloseable {
  private static final String SCRIPT = "serve.mjs";

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
      throws IOException {
    Path script = NodePackages.script(packages, PeerServer.class, SCRIPT);
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
