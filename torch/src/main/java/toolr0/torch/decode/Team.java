package toolr0.torch.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that divide one product of a decoding step among them, the caller among them. */
final class Team implements AutoCloseable {
  private final int size;
  private final ExecutorService others;

  /** A stretch of what is divided. */
  interface Part {
    void of(int from, int to);
  }

  /**
   * A team.
   *
   * @param size number of threads, at least 1
   */
  Team(int size) {
    this.size = size;
    others =
        Executors.newFixedThreadPool(
            Math.max(1, size - 1), Thread.ofPlatform().daemon().name("decode-", 1).factory());
  }

  /** Work for another thread than the caller's. */
  Future<?> submit(Runnable work) {
    return others.submit(work);
  }

  /**
   * Divides a range into about equal stretches and returns when all are done.
   *
   * @param multiple every stretch but the last is a multiple of it
   */
  void divide(int length, int multiple, Part part) {
    int share = Math.ceilDiv(Math.ceilDiv(length, size), multiple) * multiple;
    List<Future<?>> running = new ArrayList<>();
    for (int from = share; from < length; from += share) {
      int start = from;
      running.add(submit(() -> part.of(start, Math.min(length, start + share))));
    }
    finish(() -> part.of(0, Math.min(length, share)), running);
  }

  /**
   * Does the caller's own share, and returns or fails only when the others have ended: what they
   * read may be freed then.
   */
  static void finish(Runnable own, List<Future<?>> others) {
    try {
      own.run();
    } finally {
      others.forEach(Team::await);
    }
  }

  /** Waits for work that was submitted. */
  static void await(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a decoding thread failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while decoding", e);
    }
  }

  @Override
  public void close() {
    others.shutdown();
  }
}
