package toolr0.torch.system;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.global.torch;
import toolr0.policy.Device;

/**
 * Workers that run tasks at the same time, each with its share of the cores for the operations of
 * its task. Operations of a small model are too short to be divided among cores, so every core gets
 * a worker; a large model has one worker with all cores. Who runs a task follows from its index.
 *
 * <p>Workers live as long as the process and serve all models of their size: the C library keeps
 * memory per thread, so that ever new threads would make the process grow.
 */
public final class SideBySide {
  private static final int MOST_WORKERS = 8;
  private static final long SMALL_MODEL = 50_000_000;

  private static final Map<Division, SideBySide> ALL = new ConcurrentHashMap<>();

  private record Division(int workers, int coresOfEach) {}

  private final int workers;
  private final ExecutorService threads;

  /** A task of a list. */
  @FunctionalInterface
  public interface Task<T> {
    /** Runs the task of this index on a worker. */
    T run(int worker, int index);
  }

  /** Workers for a model with so many parameters on a device. */
  public static SideBySide forModel(long parameters, Device device) {
    int workers = workersFor(parameters, device);
    return ALL.computeIfAbsent(
        new Division(workers, torch.get_num_threads() / workers), SideBySide::new);
  }

  /** Whether a model with so many parameters is better divided by its tasks than within them. */
  public static boolean isSmall(long parameters) {
    return parameters <= SMALL_MODEL;
  }

  /**
   * How many workers a model with so many parameters has on this machine; a device other than the
   * CPU takes one operation after the other, whoever asks for them.
   */
  public static int workersFor(long parameters, Device device) {
    return device.isCpu() && isSmall(parameters)
        ? Math.min(MOST_WORKERS, torch.get_num_threads())
        : 1;
  }

  private SideBySide(Division division) {
    workers = division.workers();
    threads =
        Executors.newFixedThreadPool(
            workers,
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("side-by-side")
                    .unstarted(
                        () -> {
                          torch.set_num_threads(division.coresOfEach());
                          task.run();
                        }));
  }

  /** Number of workers, at least 1. */
  public int workers() {
    return workers;
  }

  /**
   * Runs tasks 0 to {@code tasks - 1}; their results in this order. Returns or fails only when all
   * workers have ended, also when the caller is interrupted: what they read may be freed then.
   * After a failure no more tasks are begun.
   */
  public <T> List<T> run(int tasks, Task<T> task) {
    AtomicBoolean failed = new AtomicBoolean();
    List<CompletableFuture<List<T>>> running = new ArrayList<>();
    try {
      for (int w = 0; w < Math.min(workers, tasks); w++) {
        int worker = w;
        running.add(
            CompletableFuture.supplyAsync(() -> results(tasks, worker, task, failed), threads));
      }
    } finally {
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
          .handle((_, _) -> null)
          .join();
    }
    throwFailure(running);
    List<T> results = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      results.add(running.get(i % workers).resultNow().get(i / workers));
    }
    return results;
  }

  /** The results of a worker's tasks, or of those before a failure. */
  private <T> List<T> results(int tasks, int worker, Task<T> task, AtomicBoolean failed) {
    List<T> results = new ArrayList<>();
    try {
      for (int i = worker; i < tasks && !failed.get(); i += workers) {
        results.add(task.run(worker, i));
      }
      return results;
    } catch (RuntimeException | Error e) {
      failed.set(true);
      throw e;
    }
  }

  /** Throws the failure of the first worker that has failed. */
  private static void throwFailure(List<? extends CompletableFuture<?>> ended) {
    for (CompletableFuture<?> future : ended) {
      if (future.isCompletedExceptionally()) {
        switch (future.exceptionNow()) {
          case RuntimeException failure -> throw failure;
          case Error failure -> throw failure;
          case Throwable failure -> throw new IllegalStateException(failure);
        }
      }
    }
  }
}
