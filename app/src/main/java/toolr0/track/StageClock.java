package toolr0.track;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;

/** Tells from the last steps of a stage how long the rest will take. */
final class StageClock {
  private static final int WINDOW = 8;
  private static final double NANOS = 1e9;

  private final Deque<Long> stepEnds = new ArrayDeque<>();

  /** A stage begins at this moment. */
  void start(long nanos) {
    stepEnds.clear();
    stepEnds.add(nanos);
  }

  /** A step ended at this moment. */
  void step(long nanos) {
    stepEnds.addLast(nanos);
    if (stepEnds.size() > WINDOW + 1) {
      stepEnds.removeFirst();
    }
  }

  /** Seconds per step over the last few, empty before the first has ended. */
  OptionalDouble secondsPerStep() {
    int steps = stepEnds.size() - 1;
    return steps < 1
        ? OptionalDouble.empty()
        : OptionalDouble.of((stepEnds.getLast() - stepEnds.getFirst()) / NANOS / steps);
  }
}
