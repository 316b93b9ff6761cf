package toolr0.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What tests do with the processes of other projects that they start. */
public final class PeerProcess {
  private PeerProcess() {}

  /**
   * The rest of the first line of a process's output that begins so; empty when the output ends, or
   * the time is over, before there is one. What comes after it is read and forgotten.
   */
  public static Optional<String> line(Process process, String begin, Duration longest)
      throws InterruptedException {
    CompletableFuture<Optional<String>> line = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                for (String next = out.readLine(); next != null; next = out.readLine()) {
                  if (next.startsWith(begin)) {
                    line.complete(Optional.of(next.substring(begin.length())));
                  }
                }
                line.complete(Optional.empty());
              } catch (IOException e) {
                line.complete(Optional.empty());
              }
            });
    try {
      return line.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends a process at once, as a crash would, and those that it started. */
  public static void end(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}
