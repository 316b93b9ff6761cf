package toolr0.torch.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that divide a part of a decoding step among them, the caller among them. They stay awake
 * for a moment when they have nothing to do, because a step of a large model is divided a hundred
 * times, and to wake a thread takes as long as a small product.
 *
 * <p>Teams live as long as the process and serve all decoders, one at a time: the C library and MKL
 * keep memory per thread, so that ever new threads would make the process grow.
 */
final class Team {
  private static final long AWAKE_NANOS = 50_000;
  private static final Map<Integer, Team> ALL = new ConcurrentHashMap<>();

  private final List<Member> others = new ArrayList<>();

  /** What is divided. */
  @FunctionalInterface
  interface Work {
    /** Does a stretch of it; {@code member} is the number of the thread, from 0. */
    void part(int member, int from, int to);
  }

  private Team(int size) {
    for (int number = 1; number < size; number++) {
      others.add(new Member(number));
    }
  }

  /**
   * The team of a size.
   *
   * @param size number of threads, at least 1
   */
  static Team of(int size) {
    return ALL.computeIfAbsent(size, Team::new);
  }

  /**
   * Divides a range into about equal stretches, and returns or fails only when all are done: what
   * they read may be freed then.
   *
   * @param multiple every stretch but the last is a multiple of it
   * @throws IllegalStateException when another thread's part failed, whose failure is the cause
   */
  synchronized void divide(int length, int multiple, Work work) {
    int each = Math.ceilDiv(length, others.size() + 1);
    int share = Math.max(1, Math.ceilDiv(each, multiple)) * multiple;
    List<Member> busy = new ArrayList<>();
    try {
      for (Member member : others.subList(0, Math.max(0, Math.ceilDiv(length, share) - 1))) {
        int from = member.number * share;
        member.start(() -> work.part(member.number, from, Math.min(length, from + share)));
        busy.add(member);
      }
      work.part(0, 0, Math.min(length, share));
    } finally {
      busy.forEach(Member::await);
    }
    busy.forEach(Member::requireDone);
  }

  /** One of the other threads. */
  private static final class Member {
    private final int number;
    private final Thread thread;
    private volatile @Nullable Runnable task;
    private volatile boolean asleep;
    private volatile @Nullable Thread waiting;
    private @Nullable Throwable failure;

    Member(int number) {
      this.number = number;
      this.thread = Thread.ofPlatform().daemon().name("decode-" + number).unstarted(this::work);
      thread.start();
    }

    void start(Runnable next) {
      failure = null;
      task = next;
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }

    void await() {
      for (long since = System.nanoTime(); task != null; ) {
        if (System.nanoTime() - since < AWAKE_NANOS) {
          Thread.onSpinWait();
        } else {
          waiting = Thread.currentThread();
          if (task != null) {
            LockSupport.park(this);
          }
          waiting = null;
        }
      }
    }

    void requireDone() {
      if (failure != null) {
        throw new IllegalStateException("a decoding thread failed", failure);
      }
    }

    private void work() {
      while (true) {
        Runnable next = awaitTask();
        try {
          next.run();
        } catch (RuntimeException | Error e) {
          failure = e;
        }
        task = null;
        LockSupport.unpark(waiting);
      }
    }

    private Runnable awaitTask() {
      long since = System.nanoTime();
      while (true) {
        Runnable next = task;
        if (next != null) {
          return next;
        }
        if (System.nanoTime() - since < AWAKE_NANOS) {
          Thread.onSpinWait();
        } else {
          asleep = true;
          if (task == null) {
            LockSupport.park(this);
          }
          asleep = false;
        }
      }
    }
  }
}
