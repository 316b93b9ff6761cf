package toolr0.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real launcher, {@code ./toolr0}, in its own process. */
final class Launcher {
  private static final long TIMEOUT_SECONDS = 300;

  /** The repository. */
  static final Path ROOT = Path.of(System.getProperty("toolr0.root"));

  private final Path folder;
  private final Map<String, String> environment;
  private Path input = Path.of("/dev/null");

  static {
    build();
  }

  /**
   * A launcher.
   *
   * @param folder the working directory
   * @param environment variables set beside this process's own
   */
  Launcher(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /** What a process left behind. */
  record Result(int code, String out, String err) {}

  /** This launcher with a file as its standard input. */
  Launcher reading(Path file) {
    Launcher reading = new Launcher(folder, environment);
    reading.input = file;
    return reading;
  }

  /** Starts the launcher. */
  Process start(Path out, Path err, String... arguments) throws IOException {
    return start(ROOT.resolve("toolr0"), out, err, arguments);
  }

  private Process start(Path launcher, Path out, Path err, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(input.toFile()));
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    return builder.start();
  }

  /** Runs the launcher to its end. */
  Result run(String... arguments) throws IOException, InterruptedException {
    return runCopy(ROOT.resolve("toolr0"), arguments);
  }

  /** Runs a copy of the launcher to its end. */
  Result runCopy(Path launcher, String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile("toolr0", ".out");
    Path err = Files.createTempFile("toolr0", ".err");
    try {
      Process process = start(launcher, out, err, arguments);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            List.of(arguments) + " did not end in " + TIMEOUT_SECONDS + " s");
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** So that no test's output begins with what a first start says of the build. */
  private static void build() {
    try {
      Result built = new Launcher(Path.of("."), Map.of()).run("--help");
      if (built.code() != 0) {
        throw new IllegalStateException("the launcher does not start: " + built.err());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
