package toolr0.remote;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What a model was asked and what its servers did, from one look to the next. */
final class Readings {
  private static final double NANOS = 1e9;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<String> notes = new ArrayList<>();
  private long requests;
  private long retries;
  private long answered;
  private long failed;
  private long tokens;
  private double seconds;
  private double longest;

  /** A request was sent, not the first one for the same thing if it is a retry. */
  void sent(boolean retry) {
    locked(
        () -> {
          requests++;
          retries += retry ? 1 : 0;
        });
  }

  /** A request was answered. */
  void answered(Duration latency, OptionalInt completionTokens) {
    locked(
        () -> {
          answered++;
          tokens += completionTokens.orElse(0);
          seconds += latency.toNanos() / NANOS;
          longest = Math.max(longest, latency.toNanos() / NANOS);
        });
  }

  /** Something was not got. */
  void failed() {
    locked(() -> failed++);
  }

  /** Something that people should know, in a sentence without its full stop. */
  void note(String text) {
    locked(() -> notes.add(text));
  }

  /** The notes since the last call. */
  List<String> takeNotes() {
    List<String> taken = new ArrayList<>();
    locked(
        () -> {
          taken.addAll(notes);
          notes.clear();
        });
    return taken;
  }

  /** The figures since the last call; nothing when nothing was asked. */
  SortedMap<String, Double> take() {
    SortedMap<String, Double> taken = new TreeMap<>();
    locked(
        () -> {
          if (requests + failed > 0) {
            taken.put("requests", (double) requests);
            taken.put("retries", (double) retries);
            taken.put("failed", (double) failed);
            taken.put("completion_tokens", (double) tokens);
            if (answered > 0) {
              taken.put("latency_mean", seconds / answered);
              taken.put("latency_max", longest);
            }
          }
          requests = 0;
          retries = 0;
          answered = 0;
          failed = 0;
          tokens = 0;
          seconds = 0;
          longest = 0;
        });
    return taken;
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}
