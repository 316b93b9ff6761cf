package toolr0.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import toolr0.chat.ModelUnavailableException;
import toolr0.eval.BenchmarkException;
import toolr0.policy.PolicyException;
import toolr0.run.RunException;
import toolr0.torch.checkpoint.CheckpointException;
import toolr0.torch.checkpoint.CheckpointWriteException;
import toolr0.torch.system.DeviceMemory;
import toolr0.torch.text.TokenizerException;

/** What went wrong, as one message for people and an exit code. */
final class Errors {
  private static final String LOG_NAME = "error.log";

  private Errors() {}

  /**
   * A failure as the shell sees it.
   *
   * @param message one message; names the file, key or line and the remedy
   * @param defect whether the program itself is at fault, so that the stack trace matters
   */
  record Told(ExitCode exitCode, String message, boolean defect) {}

  static Told tell(Throwable failure) {
    return switch (failure) {
      case CliException e -> new Told(e.exitCode(), message(e), false);
      case ConfigException e -> new Told(ExitCode.USAGE, message(e), false);
      case RunException e ->
          new Told(
              switch (e.kind()) {
                case USAGE -> ExitCode.USAGE;
                case DATA -> ExitCode.INPUT;
                case ENVIRONMENT -> ExitCode.ENVIRONMENT;
              },
              message(e),
              false);
      case CheckpointWriteException e -> new Told(ExitCode.ENVIRONMENT, message(e), false);
      case CheckpointException e -> new Told(ExitCode.INPUT, message(e), false);
      case BenchmarkException e -> new Told(ExitCode.INPUT, message(e), false);
      case TokenizerException e -> new Told(ExitCode.INPUT, message(e), false);
      case ModelUnavailableException e -> new Told(ExitCode.ENVIRONMENT, message(e), false);
      case CancellationException e ->
          new Told(ExitCode.INTERRUPTED, "interrupted: " + message(e), false);
      case PolicyException e -> new Told(ExitCode.INPUT, message(e), false);
      case NoSuchFileException e ->
          new Told(ExitCode.INPUT, "there is no file " + e.getFile(), false);
      case AccessDeniedException e ->
          new Told(
              ExitCode.ENVIRONMENT,
              "access to " + e.getFile() + " is denied; check who owns it and its permissions",
              false);
      case OutOfMemoryError e ->
          new Told(
              ExitCode.ENVIRONMENT,
              "out of memory ("
                  + e.getMessage()
                  + "); give the JVM more with TOOLR0_JAVA_OPTS=-Xmx2g, or make the batches smaller",
              true);
      case UnsatisfiedLinkError e ->
          new Told(
              ExitCode.ENVIRONMENT,
              "a native library does not load: "
                  + e.getMessage()
                  + "; ./toolr0 doctor tells what is missing",
              true);
      case RuntimeException e when DeviceMemory.isExhausted(e) ->
          new Told(
              ExitCode.ENVIRONMENT,
              "out of memory (%s): %s"
                  .formatted(message(e).lines().findFirst().orElse(""), MachineMemory.REMEDY),
              false);
      default ->
          new Told(
              ExitCode.INTERNAL,
              "internal error: "
                  + failure.getClass().getSimpleName()
                  + Optional.ofNullable(failure.getMessage()).map(m -> ": " + m).orElse(""),
              true);
    };
  }

  /** Keeps the stack trace in a file; empty when none can be written. */
  static Optional<Path> log(Throwable failure, Path root) {
    for (Path folder :
        new Path[] {root.resolve(".toolr0"), Path.of(System.getProperty("java.io.tmpdir"))}) {
      try {
        Files.createDirectories(folder);
        return Optional.of(
            Files.writeString(folder.resolve(LOG_NAME), trace(failure), StandardCharsets.UTF_8));
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
    return Optional.empty();
  }

  static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String message(Throwable e) {
    return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
  }
}
