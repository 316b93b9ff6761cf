package toolr0.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import toolr0.base.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * An engine of another project in a process of its own, asked for greedy answers in token ids, on
 * one thread and with fp32 keys and values.
 */
public final class PeerEngine {
  private static final String SCRIPT = "greedy.mjs";
  private static final long PATIENCE_SECONDS = 120;

  private final List<String> command;
  private final Path folder;

  private PeerEngine(List<String> command, Path folder) {
    this.command = command;
    this.folder = folder;
  }

  /**
   * llama.cpp.
   *
   * @param packages as {@link NodePackages#installed} tells
   */
  public static PeerEngine llamaCpp(Path packages, Path gguf, int length) throws IOException {
    Path script = NodePackages.script(packages, PeerEngine.class, SCRIPT);
    return new PeerEngine(
        List.of("node", script.toString(), gguf.toString(), Integer.toString(length)), packages);
  }

  /** Jlama, with the vector code that is right for models as narrow as the embedded one. */
  public static PeerEngine jlama(Path checkpoint, int length) {
    return new PeerEngine(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Djlama.force_panama_tensor_operations=true",
            "-cp",
            System.getProperty("java.class.path"),
            JlamaGreedy.class.getName(),
            checkpoint.toString(),
            Integer.toString(length)),
        checkpoint);
  }

  /** The ids after each prompt, the one that ends an answer included. */
  public List<List<Integer>> answers(List<int[]> prompts) throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    for (int[] prompt : prompts) {
      ArrayNode ids = Json.array();
      IntStream.of(prompt).forEach(ids::add);
      lines.add(Json.compact(ids));
    }
    return ask(lines).stream().map(line -> ids(line.required("answer"))).toList();
  }

  /** The ids that llama.cpp gives texts, special tokens recognised. */
  public List<List<Integer>> tokens(List<String> texts) throws IOException, InterruptedException {
    List<String> lines = texts.stream().map(t -> Json.array().add(t).get(0).toString()).toList();
    return ask(lines).stream().map(line -> ids(line.required("prompt"))).toList();
  }

  private List<JsonNode> ask(List<String> lines) throws IOException, InterruptedException {
    Path in = Files.createTempFile("toolr0-peer", ".in");
    Path out = Files.createTempFile("toolr0-peer", ".out");
    Path err = Files.createTempFile("toolr0-peer", ".err");
    try {
      Files.write(in, lines);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new IllegalStateException(command + " did not end in " + PATIENCE_SECONDS + " s");
        }
      } finally {
        PeerProcess.end(process);
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(command + " failed: " + Files.readString(err));
      }
      return Files.readAllLines(out).stream()
          .filter(line -> line.startsWith("{"))
          .map(Json::parse)
          .toList();
    } finally {
      Files.delete(in);
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static List<Integer> ids(JsonNode array) {
    return array.values().stream().map(JsonNode::intValue).toList();
  }
}
